package reports

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/watertight-go/watertight/profiles"
)

// ProfileDiff sets two pprof profiles of one kind side by side, of any program.
type ProfileDiff struct {
	before, after side
	kind          profiles.Kind
	types         []profiles.ValueType
	chosen        int
	changes       []profiles.Change
}

type side struct {
	file    string
	profile *profiles.Profile
	total   int64
}

// DiffProfiles compares two profiles, read from the named files, by the sample
// type of that name ("inuse_objects"); empty means the one that pprof shows
// first. Profiles of different kinds are refused, and so is a sample type that
// they do not have.
func DiffProfiles(beforeFile string, before *profiles.Profile, afterFile string, after *profiles.Profile, sampleType string) (*ProfileDiff, error) {
	types, chosen := after.Types()
	if sampleType != "" {
		var names []string
		chosen = -1
		for i, t := range types {
			names = append(names, t.Type)
			if t.Type == sampleType {
				chosen = i
			}
		}
		if chosen < 0 {
			return nil, fmt.Errorf("got sample type %q, want one of %q", sampleType, names)
		}
	}
	changes, err := profiles.Compare(before, after, chosen)
	if err != nil {
		return nil, err
	}
	d := &ProfileDiff{kind: after.Kind(), types: types, chosen: chosen, changes: changes,
		before: side{file: beforeFile, profile: before}, after: side{file: afterFile, profile: after}}
	for _, s := range []*side{&d.before, &d.after} {
		for _, n := range s.profile.Tree() {
			s.total += n.Self[chosen]
		}
	}
	return d, nil
}

// Terminal writes the functions that changed most for a reader at a terminal.
func (d *ProfileDiff) Terminal(w io.Writer, opts TerminalOptions) error {
	if opts.Width == 0 {
		opts.Width = DefaultWidth
	}
	t := &terminal{color: opts.Color, width: max(opts.Width, MinWidth)}
	t.view(d.view(mostChanges, column{"function", label}, brief))
	if _, err := io.WriteString(w, t.b.String()); err != nil {
		return fmt.Errorf("reports: diff: write: %w", err)
	}
	return nil
}

// How many functions the table shows, at a terminal and in a page.
const (
	mostChanges     = 30
	mostPageChanges = 200
)

// view is the table of at most most functions, named by name in the column names.
func (d *ProfileDiff) view(most int, names column, name func(string) string) view {
	unit := d.types[d.chosen].Unit
	v := view{title: fmt.Sprintf("Profiles of %s by %s", d.kind, d.types[d.chosen].Type)}
	v.facts = []string{
		fmt.Sprintf("before %s, after %s, %s", amount(d.before.total, unit), amount(d.after.total, unit), change(d.before.total, d.after.total, unit)),
		"before: " + d.before.file, "after: " + d.after.file,
	}
	s := section{id: "changes", title: "What changed, by function"}
	g := grid{columns: []column{names, {"before", figure}, {"after", figure}, {"change", figure}, {"self change", figure}}}
	shown := 0
	for _, c := range d.changes {
		if c.CumBefore == c.CumAfter && c.FlatBefore == c.FlatAfter {
			continue
		}
		shown++
		if shown > most {
			continue
		}
		t := bad
		if c.CumAfter < c.CumBefore {
			t = good
		}
		g.rows = append(g.rows, row{cells: []cell{say(name(c.Function)), say(amount(c.CumBefore, unit)), say(amount(c.CumAfter, unit)),
			toned(t, change(c.CumBefore, c.CumAfter, unit)), say(change(c.FlatBefore, c.FlatAfter, unit))}})
	}
	if len(g.rows) > 0 {
		s.grids = append(s.grids, g)
	} else {
		s.notes = append(s.notes, note("No function differs."))
	}
	if more := shown - most; more > 0 {
		s.notes = append(s.notes, note("and %s that changed less", plural(more, "function")))
	}
	if b, a := d.before.profile.Duration(), d.after.profile.Duration(); b != a {
		s.notes = append(s.notes, line{text: fmt.Sprintf("the profiles cover different times, %s and %s: the values are as they were recorded, not scaled", duration(b), duration(a)), tone: doubt})
	}
	s.notes = append(s.notes, line{text: d.command(), command: true})
	v.sections = []section{s}
	return v
}

func (d *ProfileDiff) command() string {
	return "go tool pprof -http=localhost: -diff_base " + shell(filepath.ToSlash(d.before.file)) + " " + shell(filepath.ToSlash(d.after.file))
}

// brief is a function without its import path's folders.
func brief(name string) string {
	head := name
	if i := strings.IndexAny(name, "[("); i >= 0 {
		head = name[:i]
	}
	return name[strings.LastIndex(head, "/")+1:]
}

// amount is a profile's value in its unit.
func amount(n int64, unit string) string {
	switch unit {
	case "bytes":
		return size(float64(n))
	case "nanoseconds":
		return seconds(n)
	case "count", "":
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%d %s", n, short(unit))
}

func seconds(ns int64) string { return fmt.Sprintf("%.3g s", float64(ns)/1e9) }

// change is how much more after is, with its sign.
func change(before, after int64, unit string) string {
	text := amount(after-before, unit)
	if after > before {
		return "+" + text
	}
	return text
}

// SaveHTML writes the comparison as a page like HTML's to path, whose folder
// must exist: flame graphs of both and of their difference for each sample type,
// and the table. A reader finds the old file or the new one, never half.
func (d *ProfileDiff) SaveHTML(path string) error {
	if err := replace(path, d.HTML); err != nil {
		return fmt.Errorf("save %q: want a folder that can be written and has room: %w", path, err)
	}
	return nil
}

// diffPage is the data of the page.
type diffPage struct {
	Functions [][2]string `json:"functions"`
	Graphs    []diffGraph `json:"graphs"`
}

type diffGraph struct {
	Group string      `json:"group"`
	Name  string      `json:"name"`
	Path  string      `json:"path"`
	Unit  string      `json:"unit"`
	Nodes []FlameNode `json:"nodes"`
}

// HTML writes the page.
func (d *ProfileDiff) HTML(w io.Writer) error {
	if d == nil {
		return errors.New("reports: html: got no comparison, want one")
	}
	v := d.view(mostPageChanges, column{"function", prose}, func(full string) string { return full })
	p := htmlPage{Title: "Profiles compared", Headline: said(v.title)}
	for _, f := range v.facts {
		p.Facts = append(p.Facts, said(f))
	}
	for _, s := range v.sections {
		p.Sections = append(p.Sections, sectionOf(s))
	}
	return p.write(w, "diff.html.tmpl", diffScripts, d.page())
}

func (d *ProfileDiff) page() diffPage {
	p := diffPage{}
	order := []int{d.chosen}
	for i := range d.types {
		if i != d.chosen {
			order = append(order, i)
		}
	}
	all := &Flames{}
	for _, i := range order {
		for _, s := range []side{d.before, d.after} {
			f := Flame{Path: s.file}
			all.addType(f, s.profile, i)
			g := all.Graphs[len(all.Graphs)-1]
			name := "before: "
			if s == d.after {
				name = "after: "
			}
			p.Graphs = append(p.Graphs, diffGraph{Group: clean(fmt.Sprintf("%s, %s", g.Type, g.Unit)), Name: name + shorten(clean(filepath.Base(s.file)), mostName),
				Path: clean(shell(filepath.ToSlash(s.file))), Unit: short(g.Unit), Nodes: g.Nodes})
		}
	}
	for _, f := range all.Functions {
		p.Functions = append(p.Functions, [2]string{shorten(clean(f.Name), 300), shorten(clean(f.File), 300)})
	}
	return p
}
