package reports

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// The widths of Terminal, in columns.
const (
	// DefaultWidth is taken where TerminalOptions.Width is zero.
	DefaultWidth = 100
	// MinWidth is the least that the tables can be fitted into.
	MinWidth = 60
)

// TerminalOptions say what Terminal writes for.
type TerminalOptions struct {
	// Color adds ANSI colours. Nothing is told by colour alone.
	Color bool
	// Width is how many columns a line may take. Zero means DefaultWidth, less
	// than MinWidth means MinWidth.
	Width int
	// File is the path of the stored report, for the commands that the last
	// section shows. Empty means report.json in the current folder.
	File string
}

// Terminal writes the report for a reader at a terminal, the verdict first. The
// stored strings cannot steer the terminal: what does not print is spelled out.
func Terminal(w io.Writer, r *Report, opts TerminalOptions) error {
	if r == nil {
		return errors.New("reports: terminal: got no report, want one")
	}
	if opts.Width == 0 {
		opts.Width = DefaultWidth
	}
	t := &terminal{color: opts.Color, width: max(opts.Width, MinWidth)}
	t.view(newView(r, opts.File))
	if _, err := io.WriteString(w, t.b.String()); err != nil {
		return fmt.Errorf("reports: terminal: write: %w", err)
	}
	return nil
}

// mostProse is how many columns of a paragraph are shown before its middle is
// cut out, unless the stored string is shorter.
const mostProse = 1200

type terminal struct {
	b     strings.Builder
	color bool
	width int
}

func (t *terminal) view(v view) {
	if v.partial != "" {
		t.paragraph(line{text: "PARTIAL RUN: " + v.partial, tone: doubt}, "")
	}
	for i, fact := range v.facts {
		if i == 0 {
			fact = v.title + ": " + fact
		}
		t.paragraph(line{text: fact, tone: faint}, "")
	}
	for _, s := range v.sections {
		t.section(s)
	}
}

func (t *terminal) section(s section) {
	head := "── " + shorten(clean(s.title), t.width-8) + " "
	t.write("\n" + t.paint(head+strings.Repeat("─", max(t.width-width(head), 2)), faint))
	for _, l := range s.lead {
		t.line(l)
	}
	for _, g := range s.grids {
		t.grid(g)
	}
	for _, l := range s.notes {
		t.line(l)
	}
}

func (t *terminal) line(l line) {
	if l.command {
		t.command(clean(l.text))
		return
	}
	t.paragraph(l, "  ")
}

// paragraph wraps a line; what does not fit on the first is indented.
func (t *terminal) paragraph(l line, hang string) {
	for i, s := range wrap(shorten(clean(l.text), mostProse), t.width-len(hang)) {
		if i > 0 {
			s = hang + s
		}
		t.write(t.paint(s, l.tone))
	}
}

// command writes a command that a shell reads as one line, however long it is.
func (t *terminal) command(s string) {
	if width(s)+2 <= t.width {
		t.write("  " + s)
		return
	}
	// Broken off at fixed columns, with nothing before the rest of a word: a
	// shell drops a backslash with its line break, and nothing else.
	lines := breakOff(s, t.width-1)
	for i, part := range lines {
		if i < len(lines)-1 {
			part += `\`
		}
		t.write(part)
	}
}

func (t *terminal) grid(g grid) {
	g = stack(g)
	if g.fold != "" {
		rows, folded := fold(g.rows)
		if len(folded) > 0 {
			t.paragraph(line{text: fmt.Sprintf("%s (%s): %s", g.fold, plural(len(folded), "row"), strings.Join(folded, ", ")), tone: good}, "  ")
		}
		g.rows = together(rows)
		g.columns = slices.Clone(g.columns)
		g.columns[0].kind = prose
	}
	// Even a table of sentences has to be continued where they would stand in
	// columns of a few letters.
	const legible = 8
	if !g.wide && len(g.columns)*(legible+gap) <= t.width {
		t.table(g.columns, g.rows)
		return
	}
	for from := 1; from < len(g.columns); {
		to := from + t.fitting(g.columns[from:], from, g.rows)
		columns := append([]column{g.columns[0]}, g.columns[from:to]...)
		part := make([]row, len(g.rows))
		for i, r := range g.rows {
			part[i] = row{r.group, append([]cell{r.cells[0]}, r.cells[from:to]...)}
		}
		t.table(columns, part)
		from = to
	}
}

// write ends a line; a line never ends in spaces.
func (t *terminal) write(s string) {
	t.b.WriteString(strings.TrimRight(s, " "))
	t.b.WriteByte('\n')
}

// paint colours one line of text.
func (t *terminal) paint(s string, as tone) string {
	code := map[tone]string{good: "32", bad: "31", doubt: "33", faint: "2"}[as]
	if !t.color || code == "" || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}
