package text

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/watertight-go/watertight/internal/plaintext"
	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/reports/internal/view"
)

// table writes a table. Where its columns do not fit beside each other, it
// continues in further tables.
func (t *terminal) table(v view.Table) {
	v = t.folded(stack(v))
	// The fewest columns in which a sentence can still be read.
	const legible = 8
	if !v.Wide && len(v.Columns)*(legible+gap) <= t.width {
		t.rows(v.Columns, v.Rows)
		return
	}
	for from := 1; from < len(v.Columns); {
		to := from + t.fitting(v.Columns[from:], from, v.Rows)
		columns := append([]view.Column{v.Columns[0]}, v.Columns[from:to]...)
		part := make([]view.Row, len(v.Rows))
		for i, r := range v.Rows {
			part[i] = view.Row{Group: r.Group, Cells: append([]view.Cell{r.Cells[0]}, r.Cells[from:to]...)}
		}
		t.rows(columns, part)
		from = to
	}
}

// folded writes the names of the rows that are good in every column, and returns
// a table of the others.
func (t *terminal) folded(v view.Table) view.Table {
	if v.Fold == "" {
		return v
	}
	rows, names := fold(v.Rows)
	if len(names) > 0 {
		t.paragraph(view.Line{Text: fmt.Sprintf("%s (%s): %s", v.Fold, plural.Count(len(names), "row"), strings.Join(names, ", ")), Tone: view.Good}, "  ")
	}
	v.Rows = together(rows)
	v.Columns = slices.Clone(v.Columns)
	v.Columns[0].Kind = view.Prose
	return v
}

// rows writes rows below one header. Each group of rows stands below its
// heading.
func (t *terminal) rows(columns []view.Column, rows []view.Row) {
	if len(rows) == 0 {
		return
	}
	widths := t.fit(columns, rows)
	var header table.Row // nil once it is written
	if slices.ContainsFunc(columns, func(c view.Column) bool { return c.Head != "" }) {
		header = t.header(columns, widths)
	}
	if header != nil && rows[0].Group != "" {
		t.render(columns, widths, header)
		header = nil
	}
	for len(rows) > 0 {
		n := groupSize(rows)
		if group := rows[0].Group; group != "" {
			t.emit(plaintext.Limit(group, t.width))
		}
		var out []table.Row
		if header != nil {
			out, header = append(out, header), nil
		}
		for _, r := range rows[:n] {
			out = append(out, t.row(r, columns, widths))
		}
		t.render(columns, widths, out...)
		rows = rows[n:]
	}
}

// groupSize is how many rows belong to the group of the first one.
func groupSize(rows []view.Row) int {
	n := 1
	for n < len(rows) && rows[n].Group == rows[0].Group {
		n++
	}
	return n
}

func (t *terminal) header(columns []view.Column, widths []int) table.Row {
	out := table.Row{}
	for i, c := range columns {
		out = append(out, t.cell(view.Cell{Lines: []string{c.Head}, Tone: view.Faint}, c.Kind, widths[i]))
	}
	return out
}

func (t *terminal) row(r view.Row, columns []view.Column, widths []int) table.Row {
	out := table.Row{}
	for i, c := range r.Cells {
		out = append(out, t.cell(c, columns[i].Kind, widths[i]))
	}
	return out
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

// render writes rows in columns of exactly these widths, without lines between them.
func (t *terminal) render(columns []view.Column, widths []int, rows ...table.Row) {
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
	w.AppendRows(rows)
	for l := range strings.SplitSeq(w.Render(), "\n") {
		t.emit(l)
	}
}
