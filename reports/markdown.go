package reports

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// Markdown writes the report as GitHub-flavoured Markdown: the facts of
// Terminal, with every row written out. The commands in it are for the report's
// own folder. Stored strings are escaped: none can become markup or HTML.
func Markdown(w io.Writer, r *Report) error {
	if r == nil {
		return errors.New("reports: markdown: got no report, want one")
	}
	m := &markdown{}
	m.view(newView(r, ""))
	if _, err := io.WriteString(w, m.b.String()); err != nil {
		return fmt.Errorf("reports: markdown: write: %w", err)
	}
	return nil
}

// How much of a stored string Markdown shows: of a name, and of a paragraph.
const (
	mostName      = 60
	mostParagraph = 4000
)

type markdown struct{ b strings.Builder }

func (m *markdown) view(v view) {
	fmt.Fprintf(&m.b, "# %s\n", escape(v.title))
	if v.partial != "" {
		fmt.Fprintf(&m.b, "\n> **PARTIAL RUN:** %s\n", prosaic(v.partial))
	}
	m.b.WriteByte('\n')
	for _, fact := range v.facts {
		fmt.Fprintf(&m.b, "- %s\n", prosaic(fact))
	}
	for _, s := range v.sections {
		fmt.Fprintf(&m.b, "\n## %s\n", escape(shorten(clean(s.title), 2*mostName)))
		for _, l := range s.lead {
			fmt.Fprintf(&m.b, "\n**%s**\n", prosaic(l.text))
		}
		for _, g := range s.grids {
			m.grid(g)
		}
		m.notes(s.notes)
	}
}

func (m *markdown) notes(notes []line) {
	command := false
	for i, l := range notes {
		if i == 0 || l.command != command {
			m.b.WriteByte('\n')
		}
		command = l.command
		if l.command {
			// Indented code, unlike a fence, has no end that a path could fake;
			// the comment ends a list, which would swallow the indentation.
			if i > 0 && !notes[i-1].command {
				m.b.WriteString("<!-- -->\n\n")
			}
			fmt.Fprintf(&m.b, "    %s\n", clean(l.text))
			continue
		}
		fmt.Fprintf(&m.b, "- %s\n", prosaic(l.text))
	}
}

// grid writes a table; a group becomes its first column.
func (m *markdown) grid(g grid) {
	grouped := len(g.rows) > 0 && g.rows[0].group != ""
	var head, rule []string
	if grouped {
		head, rule = append(head, "scenario"), append(rule, "---")
	}
	for _, c := range g.columns {
		r := "---"
		if c.kind == figure {
			r = "--:"
		}
		head, rule = append(head, named(c.head)), append(rule, r)
	}
	m.b.WriteByte('\n')
	m.row(head)
	m.row(rule)
	for _, r := range g.rows {
		var cells []string
		if grouped {
			cells = append(cells, escape(shorten(clean(r.group), 2*mostName)))
		}
		for i, c := range r.cells {
			cells = append(cells, markdownCell(c, g.columns[i].kind))
		}
		m.row(cells)
	}
}

func (m *markdown) row(cells []string) {
	fmt.Fprintf(&m.b, "| %s |\n", strings.Join(cells, " | "))
}

func markdownCell(c cell, k kind) string {
	lines := make([]string, len(c.lines))
	for i, s := range c.lines {
		if k == label {
			lines[i] = named(s)
		} else {
			lines[i] = escape(shorten(clean(s), mostCell))
		}
	}
	return strings.Join(lines, "<br>")
}

func named(s string) string   { return escape(shorten(clean(s), mostName)) }
func prosaic(s string) string { return escape(shorten(clean(s), mostParagraph)) }

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
