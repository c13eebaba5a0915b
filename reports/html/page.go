package html

import (
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"

	"github.com/watertight-go/watertight/internal/format"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/reports/internal/plaintext"
	"github.com/watertight-go/watertight/reports/internal/view"
)

// htmlPage is what the templates show.
type htmlPage struct {
	Title   string
	Policy  string
	Style   template.CSS
	Script  template.JS
	Data    template.JS
	Partial string
	Facts   []string
	View    view.Document

	// Headline is the verdict in one sentence.
	Headline, HeadlineTone string

	Verdict     htmlSection
	Compat      htmlSection
	Sections    []htmlSection
	Claims      []reports.Claim
	Environment [][2]string
	Matrix      htmlMatrix
	Rate        float64
	Nav         []htmlLink
}

// htmlSection is a section with exported fields, as templates need them.
type htmlSection struct {
	ID, Title string
	Lead      []htmlLine
	Tables    []htmlGrid
	Notes     []htmlLine
}

// htmlLink leads to a section.
type htmlLink struct{ ID, Text string }

type htmlLine struct {
	Text, Tone string
	Command    bool
	// Details unfold below the line.
	Details []string
}

func linesOf(lines []view.Line) (all []htmlLine) {
	for _, l := range lines {
		h := htmlLine{Text: said(l.Text), Tone: toneNames[l.Tone], Command: l.Command}
		for _, d := range l.Details {
			h.Details = append(h.Details, said(d))
		}
		all = append(all, h)
	}
	return all
}

type htmlGrid struct {
	Heads []htmlHead
	Rows  []htmlRow
	// Named says that the first column names the rows, Headed that a column is named.
	Named, Headed bool
}

type htmlHead struct{ Text, Kind string }

type htmlRow struct {
	Group string
	Cells []htmlCell
}

type htmlCell struct {
	Lines            []string
	Tone, Kind, Head string
}

// sections sorts the view's sections into their places on the page.
func (p *htmlPage) sections(x *view.Index, v view.Document) {
	h := view.Headline(x)
	p.Headline, p.HeadlineTone = said(h.Text), toneNames[h.Tone]
	for _, s := range v.Sections {
		h := sectionOf(s)
		switch s.ID {
		case "verdict":
			p.Verdict = h
			p.Verdict.Lead = nil
		case "compatibility":
			p.Compat = h
		case "":
			h.ID = "more-" + strings.ToLower(strings.Map(letters, s.Title))
			fallthrough
		default:
			p.Sections = append(p.Sections, h)
		}
	}
	p.Sections = append(p.Sections, htmlSection{ID: "flames", Title: "Flame graph"})
	slices.SortStableFunc(p.Sections, func(a, b htmlSection) int { return sectionRank(a.ID) - sectionRank(b.ID) })
	p.Nav = append(p.Nav, htmlLink{"verdict", "Executors"})
	for _, s := range p.Sections {
		if text := navNames[s.ID]; text != "" {
			p.Nav = append(p.Nav, htmlLink{s.ID, text})
		}
	}
	p.Claims = x.Report.Claims
	for _, r := range x.Report.Projections {
		p.Rate = max(p.Rate, r.RequestsPerHour)
	}
	p.Matrix = matrixOf(x)
	p.Environment = environmentOf(x.Report)
}

// sectionOrder is that of the page, after what the first screen shows; sections
// that are not named here stand before the doubts.
var sectionOrder = []string{"matrix", "accumulation", "projection", "flames", "claims", "alternatives", "", "doubts", "files"}

func sectionRank(id string) int {
	if i := slices.Index(sectionOrder, id); i >= 0 {
		return i
	}
	return slices.Index(sectionOrder, "")
}

// navNames are the sections that the page's head links to.
var navNames = map[string]string{"matrix": "Scenarios", "accumulation": "Curves", "projection": "Projection", "flames": "Flame graph", "claims": "Claims"}

// letters keeps what an id may hold.
func letters(r rune) rune {
	if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
		return r
	}
	return '-'
}

// said is a paragraph as a page shows it.
func said(s string) string { return plaintext.Limit(s, plaintext.MostParagraph) }

var toneNames = map[view.Tone]string{view.Plain: "", view.Good: "good", view.Bad: "bad", view.Doubt: "doubt", view.Faint: "faint"}

var kindNames = map[view.Kind]string{view.Label: "label", view.Prose: "prose", view.Below: "prose", view.Figure: "figure", view.Sign: "sign"}

func sectionOf(s view.Section) htmlSection {
	h := htmlSection{ID: s.ID, Title: said(s.Title), Lead: linesOf(s.Lead), Notes: linesOf(s.Notes)}
	for _, g := range s.Tables {
		h.Tables = append(h.Tables, gridOf(g))
	}
	return h
}

func gridOf(g view.Table) htmlGrid {
	var out htmlGrid
	for _, c := range g.Columns {
		out.Heads = append(out.Heads, htmlHead{plaintext.Name(c.Head), kindNames[c.Kind]})
		out.Headed = out.Headed || c.Head != ""
	}
	if len(g.Columns) > 0 {
		out.Named = g.Columns[0].Kind == view.Label
	}
	group := ""
	for _, r := range g.Rows {
		row := htmlRow{}
		if r.Group != group {
			row.Group, group = said(r.Group), r.Group
		}
		for i, c := range r.Cells {
			k := g.Columns[i].Kind
			cell := htmlCell{Tone: toneNames[c.Tone], Kind: kindNames[k], Head: plaintext.Name(g.Columns[i].Head)}
			for _, s := range c.Lines {
				if k == view.Label {
					s = plaintext.Limit(s, plaintext.MostName)
				} else {
					s = plaintext.Limit(s, plaintext.MostCell)
				}
				cell.Lines = append(cell.Lines, s)
			}
			row.Cells = append(row.Cells, cell)
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// environmentOf is where the run was made, as names and values.
func environmentOf(r *reports.Report) (all [][2]string) {
	add := func(name, value string) {
		if value != "" {
			all = append(all, [2]string{name, said(value)})
		}
	}
	e := r.Environment
	add("tool", r.Tool)
	add("Go", e.Go)
	add("system", strings.Trim(e.OS+"/"+e.Arch, "/"))
	add("processor", e.CPU)
	if e.Cores > 0 {
		add("cores", fmt.Sprintf("%d, GOMAXPROCS %d", e.Cores, e.GOMAXPROCS))
	}
	if e.MemoryMiB > 0 {
		add("memory", format.Size(float64(e.MemoryMiB)*(1<<20)))
	}
	add("commit", e.Commit)
	var args []string
	for _, a := range e.Args[:min(len(e.Args), 50)] {
		args = append(args, format.Shell(plaintext.Limit(a, plaintext.MostCell)))
	}
	add("arguments", strings.Join(args, " "))
	if !r.Created.IsZero() {
		add("begun", r.Created.UTC().Format("2006-01-02 15:04:05 MST"))
	}
	if r.Elapsed > 0 {
		add("took", format.Duration(time.Duration(r.Elapsed)))
	}
	add("race detector", e.Race)
	add("proof of leaks", e.Proof)
	return all
}
