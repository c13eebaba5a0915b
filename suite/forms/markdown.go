package forms

import (
	"fmt"
	"html"
	"io"
	"strings"

	"github.com/watertight-go/watertight/internal/plaintext"
	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/suite"
)

// The bounds of what Markdown shows. GitHub takes 1 MiB of a step's summary.
const (
	mostRows   = 100
	mostStacks = 30
	// testsNamed is how many tests of a site are named in tables and on pages.
	testsNamed = 12
)

// Markdown writes a result as GitHub-flavoured Markdown, as for the summary of a step.
func Markdown(w io.Writer, r suite.Result) error {
	m := markdown{}
	m.result(newView(r))
	if _, err := io.WriteString(w, m.b.String()); err != nil {
		return fmt.Errorf("forms: markdown: write: %w", err)
	}
	return nil
}

type markdown struct{ b strings.Builder }

func (m *markdown) result(v view) {
	fmt.Fprintf(&m.b, "# Watertight\n\n**%s**\n", prose(v.headline))
	if v.sides != "" {
		m.paragraph(v.sides)
	}
	m.sites(v)
	m.growth(v)
	if len(v.notes) > 0 {
		m.b.WriteByte('\n')
	}
	for _, n := range v.notes {
		fmt.Fprintf(&m.b, "- %s\n", prose(n))
	}
	if again := v.again(); again != "" {
		m.b.WriteString("\nOne of them alone:\n\n")
		m.code("", again)
	}
	m.troubles(v.troubles)
	m.notCompared(v.result.NotCompared)
	m.allocations(v.result.Allocations)
	m.stacks(v)
}

func (m *markdown) paragraph(text string) { fmt.Fprintf(&m.b, "\n%s\n", prose(text)) }

// code writes lines of code. They are indented, since a name cannot end that, as it could
// end a fence.
func (m *markdown) code(indent string, lines ...string) {
	for _, l := range lines {
		fmt.Fprintf(&m.b, "%s    %s\n", indent, plaintext.Clean(l))
	}
}

// row writes a row of a table. Its cells are escaped.
func (m *markdown) row(cells ...string) { fmt.Fprintf(&m.b, "| %s |\n", strings.Join(cells, " | ")) }

// head begins a table.
func (m *markdown) head(columns ...string) {
	m.b.WriteByte('\n')
	m.row(columns...)
	m.row(strings.Split(strings.Repeat("---,", len(columns)-1)+"---", ",")...)
}

// sites is the table of the places.
func (m *markdown) sites(v view) {
	if len(v.sites) == 0 {
		return
	}
	columns := []string{"where", "what is left", "shown by"}
	if v.compared {
		columns = append([]string{"verdict"}, columns...)
	}
	m.head(columns...)
	for _, s := range v.sites[:min(len(v.sites), mostRows)] {
		what := []string{cell(s.what)}
		for _, more := range append(s.more, s.Why) {
			if more != "" {
				what = append(what, cell(more))
			}
		}
		cells := []string{cell(s.place), strings.Join(what, "<br>"), cell(s.who(testsNamed))}
		if v.compared {
			cells = append([]string{cell(v.word(s))}, cells...)
		}
		m.row(cells...)
	}
	m.andMore(len(v.sites), mostRows, "places")
}

// growth names what tests leave more of in each round.
func (m *markdown) growth(v view) {
	if len(v.grows) == 0 {
		return
	}
	m.b.WriteString("\n## More in each round\n")
	m.head("verdict", "test", "where")
	for _, g := range v.grows[:min(len(v.grows), mostRows)] {
		var more []string
		for _, l := range g.more {
			more = append(more, cell(l))
		}
		m.row(cell(v.growthWord(g)), cell(g.what), strings.Join(more, "<br>"))
	}
	m.andMore(len(v.grows), mostRows, "tests")
	m.b.WriteByte('\n')
}

func (m *markdown) andMore(n, most int, what string) {
	if n > most {
		fmt.Fprintf(&m.b, "\n... and %d more %s\n", n-most, what)
	}
}

func (m *markdown) troubles(all []trouble) {
	if len(all) == 0 {
		return
	}
	m.b.WriteString("\n## Not checked\n\n")
	for _, t := range all[:min(len(all), mostRows)] {
		first, rest, more := strings.Cut(strings.TrimSpace(t.why), "\n")
		fmt.Fprintf(&m.b, "- %s: %s\n", prose(t.subject), prose(first))
		if more {
			m.b.WriteByte('\n')
			m.code("  ", stackLines(rest)...)
			m.b.WriteByte('\n')
		}
	}
	m.andMore(len(all), mostRows, "not checked")
}

func (m *markdown) notCompared(all []suite.NotCompared) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintf(&m.b, "\n## Not compared\n\n%s did not run alike in both versions.\n\n", plural.Count(len(all), "test"))
	groups := byReason(all, testsNamed)
	for _, g := range groups[:min(len(groups), mostRows)] {
		fmt.Fprintf(&m.b, "- %s\n", prose(g))
	}
	m.andMore(len(groups), mostRows, "reasons")
}

func (m *markdown) allocations(all []suite.Allocation) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintf(&m.b, "\n## Allocations\n\n%s\n", prose(allocationsTitle(all)))
	m.head("test", "before", "after", "change")
	for _, a := range all[:min(len(all), mostRows)] {
		m.row(cell(subject(a.TestName)), cell(allocated(a.Before)), cell(allocated(a.After)), cell(change(a)))
	}
	m.andMore(len(all), mostRows, "tests")
}

// stacks are those of the first places, each to be unfolded.
func (m *markdown) stacks(v view) {
	n := 0
	for _, s := range v.sites {
		if s.Finding.Stack == "" || n == mostStacks {
			continue
		}
		n++
		fmt.Fprintf(&m.b, "\n<details><summary>Stack: %s</summary>\n\n", html.EscapeString(plaintext.Limit(s.place, plaintext.MostCell)))
		m.code("", stackLines(s.Finding.Stack)...)
		m.b.WriteString("\n</details>\n")
	}
}

// prose and cell are text that is safe in a paragraph and in a table.
func prose(s string) string {
	return plaintext.Markdown(plaintext.Limit(s, plaintext.MostParagraph))
}
func cell(s string) string { return plaintext.Markdown(plaintext.Limit(s, plaintext.MostCell)) }

// stackLines are the lines of a stack, made safe.
func stackLines(stack string) (lines []string) {
	const most = 60
	all := strings.Split(strings.TrimSpace(stack), "\n")
	for _, l := range all[:min(len(all), most)] {
		lines = append(lines, plaintext.Limit(strings.ReplaceAll(l, "\t", "    "), 4*plaintext.MostName))
	}
	if more := len(all) - most; more > 0 {
		lines = append(lines, fmt.Sprintf("... and %d more lines", more))
	}
	return lines
}
