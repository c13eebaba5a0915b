package reports

import (
	"slices"
	"strings"
)

// fold takes out the rows that are good in every column, where there are a few.
func fold(rows []row) (rest []row, names []string) {
	const few = 3
	for _, r := range rows {
		if slices.ContainsFunc(r.cells[1:], func(c cell) bool { return c.tone != good }) {
			rest = append(rest, r)
			continue
		}
		names = append(names, short(r.cells[0].lines[0]))
	}
	if len(names) < few {
		return rows, nil
	}
	return rest, names
}

// together puts rows that say the same into one, which names them all.
func together(rows []row) []row {
	var merged []row
	at := map[string]int{}
	for _, r := range rows {
		var said strings.Builder
		for _, c := range r.cells[1:] {
			said.WriteString(strings.Join(c.lines, "\n") + "\x00")
		}
		name := short(r.cells[0].lines[0])
		i, seen := at[said.String()]
		if !seen {
			at[said.String()] = len(merged)
			merged = append(merged, row{r.group, append([]cell{say(name)}, r.cells[1:]...)})
			continue
		}
		merged[i].cells[0].lines[0] += ", " + name
	}
	return merged
}

// arrow begins what stack puts below.
const arrow = "→ "

// stack moves each column that may stand below another there.
func stack(g grid) grid {
	i := slices.IndexFunc(g.columns, func(c column) bool { return c.kind == below })
	if i < 1 {
		return g
	}
	above := column{g.columns[i-1].head + ", " + g.columns[i].head, prose}
	g.columns = append(slices.Clone(g.columns[:i-1]), append([]column{above}, g.columns[i+1:]...)...)
	rows := make([]row, len(g.rows))
	for n, r := range g.rows {
		both := r.cells[i-1]
		both.lines = slices.Clone(both.lines)
		for _, s := range r.cells[i].lines {
			both.lines = append(both.lines, arrow+s)
		}
		rows[n] = row{r.group, append(slices.Clone(r.cells[:i-1]), append([]cell{both}, r.cells[i+1:]...)...)}
	}
	g.rows = rows
	return g
}

// joined is a stacked cell on one line, for where there is room.
func joined(c cell) (string, bool) {
	if len(c.lines) != 2 || !strings.HasPrefix(c.lines[1], arrow) {
		return "", false
	}
	return clean(c.lines[0]) + " " + clean(c.lines[1]), true
}
