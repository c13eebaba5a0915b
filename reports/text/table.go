package text

import (
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/watertight-go/watertight/reports/internal/plaintext"
	"github.com/watertight-go/watertight/reports/internal/view"
)

const (
	// gap is how many columns stand between two columns of a table.
	gap = 2
	// narrowest is how far a column gives way: wide enough for any rune.
	narrowest = 4
	// mostLabel is how many columns a name may take.
	mostLabel = 28
)

// table writes rows below one header, each group of them below its heading.
func (t *terminal) table(columns []view.Column, rows []view.Row) {
	if len(rows) == 0 {
		return
	}
	widths := t.fit(columns, rows)
	headed := !slices.ContainsFunc(columns, func(c view.Column) bool { return c.Head != "" })
	for len(rows) > 0 {
		n := 1
		for n < len(rows) && rows[n].Group == rows[0].Group {
			n++
		}
		w := t.writer(columns, widths)
		if !headed {
			w.AppendRow(t.header(columns, widths))
			headed = true
			if rows[0].Group != "" {
				t.rendered(w)
				w = t.writer(columns, widths)
			}
		}
		if group := rows[0].Group; group != "" {
			t.write(plaintext.Limit(group, t.width))
		}
		for _, r := range rows[:n] {
			out := table.Row{}
			for i, c := range r.Cells {
				out = append(out, t.cell(c, columns[i].Kind, widths[i]))
			}
			w.AppendRow(out)
		}
		t.rendered(w)
		rows = rows[n:]
	}
}

// writer is a table without any lines, whose columns have just these widths.
func (t *terminal) writer(columns []view.Column, widths []int) table.Writer {
	w := table.NewWriter()
	style := table.StyleDefault
	style.Options = table.OptionsNoBordersAndSeparators
	style.Box.PaddingLeft, style.Box.PaddingRight = "", strings.Repeat(" ", gap)
	w.SetStyle(style)
	configs := make([]table.ColumnConfig, len(columns))
	for i, c := range columns {
		align := text.AlignLeft
		if c.Kind == view.Figure {
			align = text.AlignRight
		}
		configs[i] = table.ColumnConfig{Number: i + 1, WidthMin: widths[i], Align: align}
	}
	w.SetColumnConfigs(configs)
	return w
}

func (t *terminal) header(columns []view.Column, widths []int) table.Row {
	out := table.Row{}
	for i, c := range columns {
		out = append(out, t.cell(view.Cell{Lines: []string{c.Head}, Tone: view.Faint}, c.Kind, widths[i]))
	}
	return out
}

func (t *terminal) rendered(w table.Writer) {
	for l := range strings.SplitSeq(w.Render(), "\n") {
		t.write(l)
	}
}

// cell is a cell's text, fitted and painted line by line.
func (t *terminal) cell(c view.Cell, k view.Kind, columns int) string {
	var lines []string
	if all, stacked := joined(c); stacked && plaintext.Width(all) <= columns {
		c.Lines = []string{all}
	}
	for _, s := range c.Lines {
		if k == view.Label {
			lines = append(lines, plaintext.Limit(s, columns))
			continue
		}
		lines = append(lines, plaintext.Wrap(plaintext.Limit(s, plaintext.MostCell), columns)...)
	}
	for i := range lines {
		lines[i] = t.paint(lines[i], c.Tone)
	}
	return strings.Join(lines, "\n")
}

// fit is the width of each column: what it would like, but the widest give way
// until all fit beside each other.
func (t *terminal) fit(columns []view.Column, rows []view.Row) []int {
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
func natural(c view.Column, i int, rows []view.Row) int {
	n := longestWord(c.Head)
	if c.Kind == view.Label {
		n = plaintext.Width(plaintext.Clean(c.Head))
	}
	for _, r := range rows {
		lines := r.Cells[i].Lines
		if all, stacked := joined(r.Cells[i]); stacked {
			lines = []string{all}
		}
		for _, s := range lines {
			n = max(n, min(plaintext.Width(plaintext.Clean(s)), plaintext.MostCell))
		}
	}
	if c.Kind == view.Label {
		n = min(n, mostLabel)
	}
	return max(n, 1)
}

// longestWord is what a wrapped heading needs.
func longestWord(s string) int {
	n := 0
	for _, word := range strings.Fields(plaintext.Clean(s)) {
		n = max(n, plaintext.Width(word))
	}
	return n
}

// fitting is how many of the alike columns, of which the first is number from,
// fit beside the first column of the table. It is one at least.
func (t *terminal) fitting(columns []view.Column, from int, rows []view.Row) int {
	// A column of sentences gives way down to a readable width.
	const readable = 22
	used := min(natural(view.Column{Kind: view.Label}, 0, rows), mostLabel)
	for n, c := range columns {
		need := min(natural(c, from+n, rows), readable)
		if used += gap + max(need, min(plaintext.Width(plaintext.Clean(c.Head)), mostLabel/2)); used > t.width && n > 0 {
			return n
		}
	}
	return len(columns)
}
