package forms

import (
	"fmt"
	"io"
	"strings"

	"github.com/watertight-go/watertight/internal/frames"
	"github.com/watertight-go/watertight/internal/plaintext"
	"github.com/watertight-go/watertight/service"
)

// Markdown writes a result as GitHub-flavoured Markdown.
func Markdown(w io.Writer, r service.Result) error {
	m := &markdown{}
	fmt.Fprintf(&m.b, "# Watertight\n\n**%s**\n", plaintext.Markdown(headline(r)))
	m.list(sides(r))
	m.rows(r)
	m.list(reasons(r))
	for i, f := range r.Findings[:min(len(r.Findings), mostFindings)] {
		fmt.Fprintf(&m.b, "\n**%d  %s: %s**\n", i+1, plaintext.Markdown(at(f)), plaintext.Markdown(clean(string(f.Word))))
		m.list(append([]string{what(f)}, details(f)...))
		m.code(frames.Lines(f.Stack))
	}
	for _, t := range troubles(r) {
		m.list([]string{t.Text})
		m.code(t.Log)
	}
	m.list(notes(r))
	if _, err := io.WriteString(w, m.b.String()); err != nil {
		return fmt.Errorf("forms: markdown: write: %w", err)
	}
	return nil
}

// markdown collects paragraphs. Its texts are clean, and escaped here.
type markdown struct{ b strings.Builder }

func (m *markdown) list(all []string) {
	for i, text := range all {
		if i == 0 {
			m.b.WriteByte('\n')
		}
		fmt.Fprintf(&m.b, "- %s\n", plaintext.Markdown(text))
	}
}

// code is indented: a name cannot end that, as it could end a fence. The comment ends a
// list, which would take the lines as its own.
func (m *markdown) code(lines []string) {
	for i, line := range lines {
		if i == 0 {
			m.b.WriteString("\n<!-- -->\n\n")
		}
		m.b.WriteString("    " + line + "\n")
	}
}

// rows is the table of measures.
func (m *markdown) rows(r service.Result) {
	if len(r.Rows) == 0 {
		return
	}
	heads := columns(r)
	m.b.WriteByte('\n')
	m.row(heads)
	m.row(strings.Fields(strings.Repeat("--- ", len(heads))))
	for _, row := range rowsOf(r) {
		m.row(row)
	}
}

func (m *markdown) row(cells []string) {
	for _, cell := range cells {
		if strings.Trim(cell, "-") != "" {
			cell = plaintext.Markdown(cell)
		}
		m.b.WriteString("| " + cell + " ")
	}
	m.b.WriteString("|\n")
}
