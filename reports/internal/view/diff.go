package view

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/watertight-go/watertight/internal/format"
	"github.com/watertight-go/watertight/internal/plaintext"
	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/profiles"
	"github.com/watertight-go/watertight/reports"
)

// ProfileDiff is a comparison of two profiles, computed.
type ProfileDiff struct {
	Before, After Side
	kind          profiles.Kind
	Types         []profiles.ValueType
	// Chosen is the index of the sample type that is compared.
	Chosen  int
	changes []profiles.Change
}

// Side is one of the two profiles.
type Side struct {
	File    string
	Profile *profiles.Profile
	total   int64
}

// NewProfileDiff compares two profiles. It refuses profiles of different kinds,
// and a sample type that they do not have.
func NewProfileDiff(in reports.ProfileDiff) (*ProfileDiff, error) {
	if in.Before == nil || in.After == nil {
		return nil, errors.New("got a comparison without a profile, want two profiles")
	}
	var err error
	if in.Before, in.After, err = profiles.Align(in.Before, in.After); err != nil {
		return nil, err
	}
	types, chosen, err := choose(in.After, in.SampleType)
	if err != nil {
		return nil, err
	}
	changes, err := profiles.Compare(in.Before, in.After, chosen)
	if err != nil {
		return nil, err
	}
	return &ProfileDiff{kind: in.After.Kind(), Types: types, Chosen: chosen, changes: changes,
		Before: newSide(in.BeforeFile, in.Before, chosen), After: newSide(in.AfterFile, in.After, chosen)}, nil
}

// choose finds a sample type by its name; empty means the one that pprof shows
// first.
func choose(p *profiles.Profile, name string) ([]profiles.ValueType, int, error) {
	types, first := p.Types()
	if name == "" {
		return types, first, nil
	}
	var names []string
	for i, t := range types {
		if t.Type == name {
			return types, i, nil
		}
		names = append(names, t.Type)
	}
	return nil, 0, fmt.Errorf("got sample type %q, want one of %q", name, names)
}

func newSide(file string, p *profiles.Profile, chosen int) Side {
	return Side{File: file, Profile: p, total: p.TotalOf(chosen)}
}

// View is a document with a table of the functions that differ most, at most
// most of them. name writes a function's name into the column names.
func (d *ProfileDiff) View(most int, names Column, name func(string) string) Document {
	unit := d.Types[d.Chosen].Unit
	s := Section{ID: "changes", Title: "What changed, by function"}
	t := Table{Columns: []Column{names, {"before", Figure}, {"after", Figure}, {"change", Figure}, {"self change", Figure}}}
	changes := slices.DeleteFunc(slices.Clone(d.changes), func(c profiles.Change) bool {
		return c.CumBefore == c.CumAfter && c.FlatBefore == c.FlatAfter
	})
	for _, c := range changes[:min(most, len(changes))] {
		t.Rows = append(t.Rows, changeRow(c, name(c.Function), unit))
	}
	if len(t.Rows) > 0 {
		s.Tables = append(s.Tables, t)
	} else {
		s.Notes = append(s.Notes, note("No function differs."))
	}
	if more := len(changes) - most; more > 0 {
		s.Notes = append(s.Notes, note("and %s that changed less", plural.Count(more, "function")))
	}
	if b, a := d.Before.Profile.Duration(), d.After.Profile.Duration(); b != a {
		s.Notes = append(s.Notes, Line{Text: fmt.Sprintf("the profiles cover different times, %s and %s: values are not scaled", format.Duration(b), format.Duration(a)), Tone: Doubt})
	}
	s.Notes = append(s.Notes, Line{Text: d.command(), Command: true})
	return Document{
		Title: fmt.Sprintf("Profiles of %s by %s", d.kind, d.Types[d.Chosen].Type),
		Facts: []string{
			fmt.Sprintf("before %s, after %s, %s", amount(d.Before.total, unit), amount(d.After.total, unit), change(d.Before.total, d.After.total, unit)),
			"before: " + d.Before.File, "after: " + d.After.File,
		},
		Sections: []Section{s},
	}
}

func changeRow(c profiles.Change, name, unit string) Row {
	tone := Bad
	if c.CumAfter < c.CumBefore {
		tone = Good
	}
	return Row{Cells: []Cell{Text(name), Text(amount(c.CumBefore, unit)), Text(amount(c.CumAfter, unit)),
		toned(tone, change(c.CumBefore, c.CumAfter, unit)), Text(change(c.FlatBefore, c.FlatAfter, unit))}}
}

// command shows the difference in pprof's own pages.
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

// change is the difference, with its sign.
func change(before, after int64, unit string) string {
	text := amount(after-before, unit)
	if after > before {
		return "+" + text
	}
	return text
}
