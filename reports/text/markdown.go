package text

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/watertight-go/watertight/internal/plaintext"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/reports/internal/view"
)

// Markdown writes the report as GitHub-flavoured Markdown. It says what Terminal
// says, with every row written out. Its commands are to be run in the report's
// own folder. Stored strings are escaped and cannot become markup or HTML.
func Markdown(w io.Writer, r *reports.Report) error {
	if r == nil {
		return errors.New("reports/text: markdown: got no report, want one")
	}
	m := &markdown{}
	m.document(view.New(r, ""))
	if _, err := io.WriteString(w, m.b.String()); err != nil {
		return fmt.Errorf("reports/text: markdown: write: %w", err)
	}
	return nil
}

// markdown renders a document.
type markdown struct{ b strings.Builder }

func (m *markdown) document(v view.Document) {
	fmt.Fprintf(&m.b, "# %s\n", plaintext.Markdown(v.Title))
	if v.Partial != "" {
		fmt.Fprintf(&m.b, "\n> **PARTIAL RUN:** %s\n", prosaic(v.Partial))
	}
	m.b.WriteByte('\n')
	for _, fact := range v.Facts {
		fmt.Fprintf(&m.b, "- %s\n", prosaic(fact))
	}
	for _, s := range v.Sections {
		fmt.Fprintf(&m.b, "\n## %s\n", plaintext.Markdown(plaintext.Limit(s.Title, 2*plaintext.MostName)))
		for _, l := range s.Lead {
			fmt.Fprintf(&m.b, "\n**%s**\n", prosaic(l.Text))
		}
		for _, g := range s.Tables {
			m.table(g)
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
			// A path cannot end indented code, as it could end a fence. The comment
			// ends the list before it, to which the code would belong otherwise.
			if i > 0 && !notes[i-1].Command {
				m.b.WriteString("<!-- -->\n\n")
			}
			fmt.Fprintf(&m.b, "    %s\n", plaintext.Clean(l.Text))
			continue
		}
		fmt.Fprintf(&m.b, "- %s\n", prosaic(l.Short()))
	}
}

// table writes a table. A group becomes its first column.
func (m *markdown) table(t view.Table) {
	grouped := len(t.Rows) > 0 && t.Rows[0].Group != ""
	columns := t.Columns
	if grouped {
		columns = append([]view.Column{{Head: "scenario"}}, columns...)
	}
	m.b.WriteByte('\n')
	m.header(columns)
	for _, r := range t.Rows {
		var cells []string
		if grouped {
			cells = append(cells, plaintext.Markdown(plaintext.Limit(r.Group, 2*plaintext.MostName)))
		}
		for i, c := range r.Cells {
			cells = append(cells, markdownCell(c, t.Columns[i].Kind))
		}
		m.row(cells)
	}
}

func (m *markdown) header(columns []view.Column) {
	var head, rule []string
	for _, c := range columns {
		r := "---"
		if c.Kind == view.Figure {
			r = "--:"
		}
		head, rule = append(head, named(c.Head)), append(rule, r)
	}
	m.row(head)
	m.row(rule)
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
			lines[i] = plaintext.Markdown(plaintext.Limit(s, plaintext.MostCell))
		}
	}
	return strings.Join(lines, "<br>")
}

func named(s string) string   { return plaintext.Markdown(plaintext.Limit(s, plaintext.MostName)) }
func prosaic(s string) string { return plaintext.Markdown(plaintext.Limit(s, plaintext.MostParagraph)) }
