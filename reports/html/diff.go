package html

import (
	"fmt"
	"io"
	"path/filepath"

	"github.com/watertight-go/watertight/internal/atomicfile"
	"github.com/watertight-go/watertight/internal/format"
	"github.com/watertight-go/watertight/internal/plaintext"
	"github.com/watertight-go/watertight/internal/webpage"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/reports/internal/view"
)

// SaveDiff writes the page of WriteDiff to a file, whose folder must exist. A
// reader finds the old file or the new one, never half of one.
func SaveDiff(path string, diff reports.ProfileDiff) error {
	d, err := view.NewProfileDiff(diff)
	if err != nil {
		return err
	}
	if err := atomicfile.Write(path, func(w io.Writer) error { return writeDiff(w, d) }); err != nil {
		return fmt.Errorf("save %q: want a folder that can be written and has room: %w", path, err)
	}
	return nil
}

// WriteDiff writes a page that compares two profiles: flame graphs of both and
// of their difference for each sample type, and a table of functions.
func WriteDiff(w io.Writer, diff reports.ProfileDiff) error {
	d, err := view.NewProfileDiff(diff)
	if err != nil {
		return err
	}
	return writeDiff(w, d)
}

func writeDiff(w io.Writer, d *view.ProfileDiff) error {
	v := d.View(mostPageChanges, view.Column{Head: "function", Kind: view.Prose}, func(full string) string { return full })
	p := htmlPage{Page: webpage.Page{Title: "Profiles compared"}, Headline: said(v.Title)}
	for _, f := range v.Facts {
		p.Facts = append(p.Facts, said(f))
	}
	for _, s := range v.Sections {
		p.Sections = append(p.Sections, sectionOf(s))
	}
	return p.render(w, "diff.html.tmpl", diffScripts, newDiffPage(d))
}

// mostPageChanges is how many functions the page's table shows.
const mostPageChanges = 200

// diffPage is the data of the page.
type diffPage struct {
	Functions [][2]string `json:"functions"`
	Graphs    []diffGraph `json:"graphs"`
}

type diffGraph struct {
	Group string              `json:"group"`
	Name  string              `json:"name"`
	Path  string              `json:"path"`
	Unit  string              `json:"unit"`
	Nodes []reports.FlameNode `json:"nodes"`
}

func newDiffPage(d *view.ProfileDiff) diffPage {
	p := diffPage{}
	order := []int{d.Chosen}
	for i := range d.Types {
		if i != d.Chosen {
			order = append(order, i)
		}
	}
	all := &reports.Flames{}
	for _, i := range order {
		for _, s := range []view.Side{d.Before, d.After} {
			f := reports.Flame{Path: s.File}
			all.AddType(f, s.Profile, i)
			g := all.Graphs[len(all.Graphs)-1]
			name := "before: "
			if s == d.After {
				name = "after: "
			}
			p.Graphs = append(p.Graphs, diffGraph{Group: plaintext.Clean(fmt.Sprintf("%s, %s", g.Type, g.Unit)), Name: name + plaintext.Limit(filepath.Base(s.File), plaintext.MostName),
				Path: plaintext.Clean(format.Shell(filepath.ToSlash(s.File))), Unit: plaintext.Name(g.Unit), Nodes: g.Nodes})
		}
	}
	for _, f := range all.Functions {
		p.Functions = append(p.Functions, [2]string{plaintext.Limit(f.Name, 300), plaintext.Limit(f.File, 300)})
	}
	return p
}
