package selftest

import (
	"fmt"
	"io"
	"slices"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/watertight-go/watertight/internal/mutants"
)

// expected says which scenarios must catch a mutant, and how.
func expected(m mutants.Mutant) string {
	var s string
	if m.Caught.Scenario != "" {
		s = fmt.Sprintf("%s: clause %d", m.Caught.Scenario, int(m.Caught.Clause))
		if m.Or != 0 {
			s += fmt.Sprintf(" or %d", int(m.Or))
		}
	}
	if m.Raced != "" {
		if s != "" {
			s += "; "
		}
		s += m.Raced + ": data race"
	}
	return s
}

// print writes the table, and what was not as expected.
func (t *mutantTrial) print(w io.Writer) int {
	rows := table.NewWriter()
	rows.SetStyle(table.StyleLight)
	rows.AppendHeader(table.Row{"mutant", "defect", "must be caught in", "by clause, in scenarios", "runs"})
	rows.SetColumnConfigs([]table.ColumnConfig{
		{Number: 1, WidthMax: 20, WidthMaxEnforcer: text.WrapHard},
		{Number: 2, WidthMax: 30, WidthMaxEnforcer: text.WrapSoft},
		{Number: 3, WidthMax: 15, WidthMaxEnforcer: text.WrapSoft},
		{Number: 4, WidthMax: 13, WidthMaxEnforcer: text.WrapSoft},
	})
	killed, blind := 0, 0
	for i, m := range t.mutants {
		n := fmt.Sprintf("%d/%d", t.counts[i].killed, t.Runs)
		switch {
		case t.counts[i].killed == t.Runs:
			killed++
		case !t.seen(m):
			blind++
			n = "unseen"
		}
		rows.AppendRow(table.Row{m.Name, m.Defect, expected(m), clauses(t.counts[i].found), n})
	}
	fmt.Fprintln(w, rows.Render())
	code := exitOK
	for i, m := range t.mutants {
		for _, why := range compactText(t.counts[i].survived) {
			fmt.Fprintf(w, "survived: %s: %s\n", m.Name, why)
			code = exitFailed
		}
		for _, f := range t.counts[i].unrelated {
			fmt.Fprintf(w, "unrelated: %s: %v\n", m.Name, f)
			code = exitFailed
		}
	}
	fmt.Fprintf(w, "%d of %d mutants killed by the expected clause in %d runs of %d.\n", killed, len(t.mutants), t.Runs, t.Runs)
	if blind > 0 {
		fmt.Fprintf(w, "%d are data races, which this run cannot see: %s.\n", blind, t.why())
		code = max(code, exitTrouble)
	}
	return code
}

// why says why there is no program that sees data races.
func (t *mutantTrial) why() string {
	if t.RaceNote != "" {
		return t.RaceNote
	}
	return "no -race-binary was given"
}

func compactText(lines []string) []string {
	lines = slices.Clone(lines)
	slices.Sort(lines)
	return slices.Compact(lines)
}
