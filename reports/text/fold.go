package text

import (
	"slices"
	"strings"

	"github.com/watertight-go/watertight/internal/plaintext"
	"github.com/watertight-go/watertight/reports/internal/view"
)

// fold separates the rows that are good in every column from the rest. Fewer
// than three of them stay among the rest.
func fold(rows []view.Row) (rest []view.Row, names []string) {
	const few = 3
	for _, r := range rows {
		if slices.ContainsFunc(r.Cells[1:], func(c view.Cell) bool { return c.Tone != view.Good }) {
			rest = append(rest, r)
			continue
		}
		names = append(names, plaintext.Name(r.Cells[0].Lines[0]))
	}
	if len(names) < few {
		return rows, nil
	}
	return rest, names
}

// together joins rows with the same content into one row with all their names.
func together(rows []view.Row) []view.Row {
	var merged []view.Row
	at := map[string]int{}
	for _, r := range rows {
		var said strings.Builder
		for _, c := range r.Cells[1:] {
			said.WriteString(strings.Join(c.Lines, "\n") + "\x00")
		}
		name := plaintext.Name(r.Cells[0].Lines[0])
		i, seen := at[said.String()]
		if !seen {
			at[said.String()] = len(merged)
			merged = append(merged, view.Row{Group: r.Group, Cells: append([]view.Cell{view.Text(name)}, r.Cells[1:]...)})
			continue
		}
		merged[i].Cells[0].Lines[0] += ", " + name
	}
	return merged
}

// arrow begins a text that stack puts below another.
const arrow = "→ "

// stack joins a column of kind Below with the column before it.
func stack(g view.Table) view.Table {
	i := slices.IndexFunc(g.Columns, func(c view.Column) bool { return c.Kind == view.Below })
	if i < 1 {
		return g
	}
	above := view.Column{Head: g.Columns[i-1].Head + ", " + g.Columns[i].Head, Kind: view.Prose}
	g.Columns = append(slices.Clone(g.Columns[:i-1]), append([]view.Column{above}, g.Columns[i+1:]...)...)
	rows := make([]view.Row, len(g.Rows))
	for n, r := range g.Rows {
		both := r.Cells[i-1]
		both.Lines = slices.Clone(both.Lines)
		for _, s := range r.Cells[i].Lines {
			both.Lines = append(both.Lines, arrow+s)
		}
		rows[n] = view.Row{Group: r.Group, Cells: append(slices.Clone(r.Cells[:i-1]), append([]view.Cell{both}, r.Cells[i+1:]...)...)}
	}
	g.Rows = rows
	return g
}

// joined is a stacked cell on one line, if c is stacked.
func joined(c view.Cell) (string, bool) {
	if len(c.Lines) != 2 || !strings.HasPrefix(c.Lines[1], arrow) {
		return "", false
	}
	return plaintext.Clean(c.Lines[0]) + " " + plaintext.Clean(c.Lines[1]), true
}
