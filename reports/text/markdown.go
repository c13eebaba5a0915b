package text

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/reports/internal/plaintext"
	"github.com/watertight-go/watertight/reports/internal/view"
)

// Markdown writes the report as GitHub-flavoured Markdown: the facts of
// Terminal, with every row written out. The commands in it are for the report's
// own folder. Stored strings are escaped: none can become markup or HTML.
func Markdown(w io.Writer, r *reports.Report) error {
	if r == nil {
		return errors.New("reports: markdown: got no report, want one")
	}
	m := &markdown{}
	m.view(view.New(r, ""))
	if _, err := io.WriteString(w, m.b.String()); err != nil {
		return fmt.Errorf("reports: markdown: write: %w", err)
	}
	return nil
}

type markdown struct{ b strings.Builder }

func (m *markdown) view(v view.Document) {
	fmt.Fprintf(&m.b, "# %s\n", escape(v.Title))
	if v.Partial != "" {
		fmt.Fprintf(&m.b, "\n> **PARTIAL RUN:** %s\n", prosaic(v.Partial))
	}
	m.b.WriteByte('\n')
	for _, fact := range v.Facts {
		fmt.Fprintf(&m.b, "- %s\n", prosaic(fact))
	}
	for _, s := range v.Sections {
		fmt.Fprintf(&m.b, "\n## %s\n", escape(plaintext.Limit(s.Title, 2*plaintext.MostName)))
		for _, l := range s.Lead {
			fmt.Fprintf(&m.b, "\n**%s**\n", prosaic(l.Text))
		}
		for _, g := range s.Tables {
			m.grid(g)
		}
		m.notes(s.Notes)
	}
}

func (m *markdown) notes(notes []view.Line) {
	command := false
	for i, l := range notes {
		if i == 0 || l.Command != command {
			m.b.WriteByte('\n')
		}
		command = l.Command
		if l.Command {
			// Indented code, unlike a fence, has no end that a path could fake;
			// the comment ends a list, which would swallow the indentation.
			if i > 0 && !notes[i-1].Command {
				m.b.WriteString("<!-- -->\n\n")
			}
			fmt.Fprintf(&m.b, "    %s\n", plaintext.Clean(l.Text))
			continue
		}
		fmt.Fprintf(&m.b, "- %s\n", prosaic(l.Short()))
	}
}

// grid writes a table; a group becomes its first column.
func (m *markdown) grid(g view.Table) {
	grouped := len(g.Rows) > 0 && g.Rows[0].Group != ""
	var head, rule []string
	if grouped {
		head, rule = append(head, "scenario"), append(rule, "---")
	}
	for _, c := range g.Columns {
		r := "---"
		if c.Kind == view.Figure {
			r = "--:"
		}
		head, rule = append(head, named(c.Head)), append(rule, r)
	}
	m.b.WriteByte('\n')
	m.row(head)
	m.row(rule)
	for _, r := range g.Rows {
		var cells []string
		if grouped {
			cells = append(cells, escape(plaintext.Limit(r.Group, 2*plaintext.MostName)))
		}
		for i, c := range r.Cells {
			cells = append(cells, markdownCell(c, g.Columns[i].Kind))
		}
		m.row(cells)
	}
}

func (m *markdown) row(cells []string) {
	fmt.Fprintf(&m.b, "| %s |\n", strings.Join(cells, " | "))
}

func markdownCell(c view.Cell, k view.Kind) string {
	lines := make([]string, len(c.Lines))
	for i, s := range c.Lines {
		if k == view.Label {
			lines[i] = named(s)
		} else {
			lines[i] = escape(plaintext.Limit(s, plaintext.MostCell))
		}
	}
	return strings.Join(lines, "<br>")
}

func named(s string) string   { return escape(plaintext.Limit(s, plaintext.MostName)) }
func prosaic(s string) string { return escape(plaintext.Limit(s, plaintext.MostParagraph)) }

// escape makes clean text mean itself in GitHub-flavoured Markdown, anywhere on
// a line and in a table.
func escape(s string) string {
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case strings.ContainsRune("\\`*_[]|~#$", r), i == 0 && strings.ContainsRune("-+=", r):
			b.WriteByte('\\')
			b.WriteRune(r)
		case (r == '.' || r == ')') && i > 0 && strings.Trim(s[:i], "0123456789") == "":
			b.WriteByte('\\') // "1." and "1)" begin a list
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
