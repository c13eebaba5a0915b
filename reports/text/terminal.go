// Package text renders reports for people who read text: at a terminal, and as
// Markdown.
package text

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/watertight-go/watertight/internal/plaintext"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/reports/internal/view"
)

// The widths of Terminal, in columns.
const (
	// DefaultWidth is the width if Options.Width is zero.
	DefaultWidth = 100
	// MinWidth is the smallest width that the tables fit into.
	MinWidth = 60
)

// NotStored is the Options.File of a report that could not be written.
const NotStored = view.NotStored

// Options describe the terminal that is written to.
type Options struct {
	// Color adds ANSI colours. Colour is never the only sign of a thing.
	Color bool
	// Width is how many columns a line may take. Zero means DefaultWidth. Smaller
	// values than MinWidth mean MinWidth.
	Width int
	// File is the path of the stored report, for the commands in the last section.
	// Empty means report.json in the current folder. NotStored means that there is
	// no such file.
	File string
}

// Terminal writes the report for a reader at a terminal, the verdict first.
// Characters that could control the terminal are spelled out.
func Terminal(w io.Writer, r *reports.Report, opts Options) error {
	if r == nil {
		return errors.New("reports/text: terminal: got no report, want one")
	}
	if err := newTerminal(opts).write(w, view.New(r, opts.File)); err != nil {
		return fmt.Errorf("reports/text: terminal: write: %w", err)
	}
	return nil
}

// mostProse is how many columns of a paragraph are shown. The middle of a longer
// one is cut out.
const mostProse = 1200

// terminal renders a document, line by line.
type terminal struct {
	b     strings.Builder
	color bool
	width int
}

func newTerminal(opts Options) *terminal {
	return &terminal{color: opts.Color, width: max(cmp.Or(opts.Width, DefaultWidth), MinWidth)}
}

func (t *terminal) write(w io.Writer, d view.Document) error {
	t.document(d)
	_, err := io.WriteString(w, t.b.String())
	return err
}

func (t *terminal) document(v view.Document) {
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
	t.emit("\n" + t.paint(head+strings.Repeat("─", max(t.width-plaintext.Width(head), 2)), view.Faint))
	for _, l := range s.Lead {
		t.line(l)
	}
	for _, g := range s.Tables {
		t.table(g)
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

// paragraph wraps a line. hang indents all but the first line.
func (t *terminal) paragraph(l view.Line, hang string) {
	for i, s := range plaintext.Wrap(plaintext.Limit(l.Short(), mostProse), t.width-len(hang)) {
		if i > 0 {
			s = hang + s
		}
		t.emit(t.paint(s, l.Tone))
	}
}

// command writes a command that a shell reads as one line, also where it takes
// several.
func (t *terminal) command(s string) {
	if plaintext.Width(s)+2 <= t.width {
		t.emit("  " + s)
		return
	}
	// A shell drops a backslash and the line break after it, so the next line must
	// not be indented.
	lines := plaintext.Split(s, t.width-1)
	for i, part := range lines {
		if i < len(lines)-1 {
			part += `\`
		}
		t.emit(part)
	}
}

// emit writes a line, without spaces at its end.
func (t *terminal) emit(s string) {
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
