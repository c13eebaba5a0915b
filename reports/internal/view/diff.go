package view

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/watertight-go/watertight/internal/format"
	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/profiles"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/reports/internal/plaintext"
)

// profileDiff is a comparison of two profiles, computed.
type ProfileDiff struct {
	Before, After Side
	kind          profiles.Kind
	Types         []profiles.ValueType
	Chosen        int
	changes       []profiles.Change
}

type Side struct {
	File    string
	Profile *profiles.Profile
	total   int64
}

// newProfileDiff compares two profiles. It refuses profiles of different kinds,
// and a sample type that they do not have.
func NewProfileDiff(in reports.ProfileDiff) (*ProfileDiff, error) {
	before, after, sampleType := in.Before, in.After, in.SampleType
	if before == nil || after == nil {
		return nil, errors.New("got a comparison without a profile, want two profiles")
	}
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
	d := &ProfileDiff{kind: after.Kind(), Types: types, Chosen: chosen, changes: changes,
		Before: Side{File: in.BeforeFile, Profile: before}, After: Side{File: in.AfterFile, Profile: after}}
	for _, s := range []*Side{&d.Before, &d.After} {
		for _, n := range s.Profile.Tree() {
			s.total += n.Self[chosen]
		}
	}
	return d, nil
}

// view is the table of at most most functions, named by name in the column names.
func (d *ProfileDiff) View(most int, names Column, name func(string) string) Document {
	unit := d.Types[d.Chosen].Unit
	v := Document{Title: fmt.Sprintf("Profiles of %s by %s", d.kind, d.Types[d.Chosen].Type)}
	v.Facts = []string{
		fmt.Sprintf("before %s, after %s, %s", amount(d.Before.total, unit), amount(d.After.total, unit), change(d.Before.total, d.After.total, unit)),
		"before: " + d.Before.File, "after: " + d.After.File,
	}
	s := Section{ID: "changes", Title: "What changed, by function"}
	g := Table{Columns: []Column{names, {"before", Figure}, {"after", Figure}, {"change", Figure}, {"self change", Figure}}}
	shown := 0
	for _, c := range d.changes {
		if c.CumBefore == c.CumAfter && c.FlatBefore == c.FlatAfter {
			continue
		}
		shown++
		if shown > most {
			continue
		}
		t := Bad
		if c.CumAfter < c.CumBefore {
			t = Good
		}
		g.Rows = append(g.Rows, Row{Cells: []Cell{Text(name(c.Function)), Text(amount(c.CumBefore, unit)), Text(amount(c.CumAfter, unit)),
			toned(t, change(c.CumBefore, c.CumAfter, unit)), Text(change(c.FlatBefore, c.FlatAfter, unit))}})
	}
	if len(g.Rows) > 0 {
		s.Tables = append(s.Tables, g)
	} else {
		s.Notes = append(s.Notes, note("No function differs."))
	}
	if more := shown - most; more > 0 {
		s.Notes = append(s.Notes, note("and %s that changed less", plural.Count(more, "function")))
	}
	if b, a := d.Before.Profile.Duration(), d.After.Profile.Duration(); b != a {
		s.Notes = append(s.Notes, Line{Text: fmt.Sprintf("the profiles cover different times, %s and %s: the values are as they were recorded, not scaled", format.Duration(b), format.Duration(a)), Tone: Doubt})
	}
	s.Notes = append(s.Notes, Line{Text: d.command(), Command: true})
	v.Sections = []Section{s}
	return v
}

func (d *ProfileDiff) command() string {
	return "go tool pprof -http=localhost: -diff_base " + format.Shell(filepath.ToSlash(d.Before.File)) + " " + format.Shell(filepath.ToSlash(d.After.File))
}

// amount is a profile's value in its unit.
func amount(n int64, unit string) string {
	switch unit {
	case "bytes":
		return format.Size(float64(n))
	case "nanoseconds":
		return seconds(n)
	case "count", "":
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%d %s", n, plaintext.Name(unit))
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
