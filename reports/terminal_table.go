package reports

import (
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

const (
	// gap is how many columns stand between two columns of a table.
	gap = 2
	// narrowest is how far a column gives way: wide enough for any rune.
	narrowest = 4
	// mostLabel and mostCell are how much of a name and of a cell are shown
	// where there is room.
	mostLabel = 28
	mostCell  = 400
)

// table writes rows below one header, each group of them below its heading.
func (t *terminal) table(columns []column, rows []row) {
	if len(rows) == 0 {
		return
	}
	widths := t.fit(columns, rows)
	headed := !slices.ContainsFunc(columns, func(c column) bool { return c.head != "" })
	for len(rows) > 0 {
		n := 1
		for n < len(rows) && rows[n].group == rows[0].group {
			n++
		}
		w := t.writer(columns, widths)
		if !headed {
			w.AppendRow(t.header(columns, widths))
			headed = true
			if rows[0].group != "" {
				t.rendered(w)
				w = t.writer(columns, widths)
			}
		}
		if group := rows[0].group; group != "" {
			t.write(shorten(clean(group), t.width))
		}
		for _, r := range rows[:n] {
			out := table.Row{}
			for i, c := range r.cells {
				out = append(out, t.cell(c, columns[i].kind, widths[i]))
			}
			w.AppendRow(out)
		}
		t.rendered(w)
		rows = rows[n:]
	}
}

// writer is a table without any lines, whose columns have just these widths.
func (t *terminal) writer(columns []column, widths []int) table.Writer {
	w := table.NewWriter()
	style := table.StyleDefault
	style.Options = table.OptionsNoBordersAndSeparators
	style.Box.PaddingLeft, style.Box.PaddingRight = "", strings.Repeat(" ", gap)
	w.SetStyle(style)
	configs := make([]table.ColumnConfig, len(columns))
	for i, c := range columns {
		align := text.AlignLeft
		if c.kind == figure {
			align = text.AlignRight
		}
		configs[i] = table.ColumnConfig{Number: i + 1, WidthMin: widths[i], Align: align}
	}
	w.SetColumnConfigs(configs)
	return w
}

func (t *terminal) header(columns []column, widths []int) table.Row {
	out := table.Row{}
	for i, c := range columns {
		out = append(out, t.cell(cell{lines: []string{c.head}, tone: faint}, c.kind, widths[i]))
	}
	return out
}

func (t *terminal) rendered(w table.Writer) {
	for l := range strings.SplitSeq(w.Render(), "\n") {
		t.write(l)
	}
}

// cell is a cell's text, fitted and painted line by line.
func (t *terminal) cell(c cell, k kind, columns int) string {
	var lines []string
	if all, stacked := joined(c); stacked && width(all) <= columns {
		c.lines = []string{all}
	}
	for _, s := range c.lines {
		if k == label {
			lines = append(lines, shorten(clean(s), columns))
			continue
		}
		lines = append(lines, wrap(shorten(clean(s), mostCell), columns)...)
	}
	for i := range lines {
		lines[i] = t.paint(lines[i], c.tone)
	}
	return strings.Join(lines, "\n")
}

// fit is the width of each column: what it would like, but the widest give way
// until all fit beside each other.
func (t *terminal) fit(columns []column, rows []row) []int {
	widths := make([]int, len(columns))
	for i, c := range columns {
		widths[i] = natural(c, i, rows)
	}
	for total(widths) > t.width {
		widest := 0
		for i, n := range widths {
			if n > widths[widest] {
				widest = i
			}
		}
		if widths[widest] <= narrowest {
			break
		}
		widths[widest]--
	}
	return widths
}

// total is the width of a table; the last column has no gap behind it.
func total(widths []int) int {
	sum := gap * (len(widths) - 1)
	for _, n := range widths {
		sum += n
	}
	return sum
}

// natural is the width that a column would like to have.
func natural(c column, i int, rows []row) int {
	n := longestWord(c.head)
	if c.kind == label {
		n = width(clean(c.head))
	}
	for _, r := range rows {
		lines := r.cells[i].lines
		if all, stacked := joined(r.cells[i]); stacked {
			lines = []string{all}
		}
		for _, s := range lines {
			n = max(n, min(width(clean(s)), mostCell))
		}
	}
	if c.kind == label {
		n = min(n, mostLabel)
	}
	return max(n, 1)
}

// longestWord is what a wrapped heading needs.
func longestWord(s string) int {
	n := 0
	for _, word := range strings.Fields(clean(s)) {
		n = max(n, width(word))
	}
	return n
}

// fitting is how many of the alike columns, of which the first is number from,
// fit beside the first column of the table. It is one at least.
func (t *terminal) fitting(columns []column, from int, rows []row) int {
	// A column of sentences gives way down to a readable width.
	const readable = 22
	used := min(natural(column{kind: label}, 0, rows), mostLabel)
	for n, c := range columns {
		need := min(natural(c, from+n, rows), readable)
		if used += gap + max(need, min(width(clean(c.head)), mostLabel/2)); used > t.width && n > 0 {
			return n
		}
	}
	return len(columns)
}
