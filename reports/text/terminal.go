package text

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/reports/internal/plaintext"
	"github.com/watertight-go/watertight/reports/internal/view"
)

// The widths of Terminal, in columns.
const (
	// DefaultWidth is taken where TerminalOptions.Width is zero.
	DefaultWidth = 100
	// MinWidth is the least that the tables can be fitted into.
	MinWidth = 60
)

// NotStored is the Options.File of a report that could not be written.
const NotStored = view.NotStored

// Options say what Terminal writes for.
type Options struct {
	// Color adds ANSI colours. Nothing is told by colour alone.
	Color bool
	// Width is how many columns a line may take. Zero means DefaultWidth, less
	// than MinWidth means MinWidth.
	Width int
	// File is the path of the stored report, for the commands that the last
	// section shows. Empty means report.json in the current folder, and NotStored
	// that there is no such file.
	File string
}

// Terminal writes the report for a reader at a terminal, the verdict first. The
// stored strings cannot steer the terminal: what does not print is spelled out.
func Terminal(w io.Writer, r *reports.Report, opts Options) error {
	if r == nil {
		return errors.New("reports: terminal: got no report, want one")
	}
	if opts.Width == 0 {
		opts.Width = DefaultWidth
	}
	t := &terminal{color: opts.Color, width: max(opts.Width, MinWidth)}
	t.view(view.New(r, opts.File))
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

func (t *terminal) view(v view.Document) {
	if v.Partial != "" {
		t.paragraph(view.Line{Text: "PARTIAL RUN: " + v.Partial, Tone: view.Doubt}, "")
	}
	for i, fact := range v.Facts {
		if i == 0 {
			fact = v.Title + ": " + fact
		}
		t.paragraph(view.Line{Text: fact, Tone: view.Faint}, "")
	}
	for _, s := range v.Sections {
		t.section(s)
	}
}

func (t *terminal) section(s view.Section) {
	head := "── " + plaintext.Limit(s.Title, t.width-8) + " "
	t.write("\n" + t.paint(head+strings.Repeat("─", max(t.width-plaintext.Width(head), 2)), view.Faint))
	for _, l := range s.Lead {
		t.line(l)
	}
	for _, g := range s.Tables {
		t.grid(g)
	}
	for _, l := range s.Notes {
		t.line(l)
	}
}

func (t *terminal) line(l view.Line) {
	if l.Command {
		t.command(plaintext.Clean(l.Text))
		return
	}
	t.paragraph(l, "  ")
}

// paragraph wraps a line; what does not fit on the first is indented.
func (t *terminal) paragraph(l view.Line, hang string) {
	for i, s := range plaintext.Wrap(plaintext.Limit(l.Short(), mostProse), t.width-len(hang)) {
		if i > 0 {
			s = hang + s
		}
		t.write(t.paint(s, l.Tone))
	}
}

// command writes a command that a shell reads as one line, however long it is.
func (t *terminal) command(s string) {
	if plaintext.Width(s)+2 <= t.width {
		t.write("  " + s)
		return
	}
	// Broken off at fixed columns, with nothing before the rest of a word: a
	// shell drops a backslash with its line break, and nothing else.
	lines := plaintext.Split(s, t.width-1)
	for i, part := range lines {
		if i < len(lines)-1 {
			part += `\`
		}
		t.write(part)
	}
}

func (t *terminal) grid(g view.Table) {
	g = stack(g)
	if g.Fold != "" {
		rows, folded := fold(g.Rows)
		if len(folded) > 0 {
			t.paragraph(view.Line{Text: fmt.Sprintf("%s (%s): %s", g.Fold, plural.Count(len(folded), "row"), strings.Join(folded, ", ")), Tone: view.Good}, "  ")
		}
		g.Rows = together(rows)
		g.Columns = slices.Clone(g.Columns)
		g.Columns[0].Kind = view.Prose
	}
	// Even a table of sentences has to be continued where they would stand in
	// columns of a few letters.
	const legible = 8
	if !g.Wide && len(g.Columns)*(legible+gap) <= t.width {
		t.table(g.Columns, g.Rows)
		return
	}
	for from := 1; from < len(g.Columns); {
		to := from + t.fitting(g.Columns[from:], from, g.Rows)
		columns := append([]view.Column{g.Columns[0]}, g.Columns[from:to]...)
		part := make([]view.Row, len(g.Rows))
		for i, r := range g.Rows {
			part[i] = view.Row{Group: r.Group, Cells: append([]view.Cell{r.Cells[0]}, r.Cells[from:to]...)}
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
func (t *terminal) paint(s string, as view.Tone) string {
	code := map[view.Tone]string{view.Good: "32", view.Bad: "31", view.Doubt: "33", view.Faint: "2"}[as]
	if !t.color || code == "" || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}
