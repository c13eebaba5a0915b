package stress

import (
	"fmt"
	"io"
	"strings"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/stress/internal/plan"
	"github.com/watertight-go/watertight/stress/internal/terminal"
)

// list prints the executors, the scenarios and the clauses, each with one line of
// text. On a terminal longer lines are wrapped.
func list(w io.Writer, executors []executor.Spec) error {
	var specs, rows, clauses []entry
	for _, x := range executors {
		specs = append(specs, entry{x.Name, x.Doc})
	}
	for _, row := range append(plan.Rows(plan.DefaultRequests, plan.DefaultAgents), plan.StreamRows()...) {
		text := row.Story
		if row.MatrixRow != "" {
			text = fmt.Sprintf("%s [compatibility matrix: %s]", text, row.MatrixRow)
		}
		rows = append(rows, entry{row.Name, text})
	}
	for _, c := range executor.Clauses {
		clauses = append(clauses, entry{fmt.Sprintf("%d %s", c.Clause, c.Title), c.Text})
	}
	width := 0
	if fd, ok := terminal.Of(w); ok {
		width = terminal.Columns(fd)
	}
	text := "EXECUTORS\n" + table(specs, width) + "\nSCENARIOS\n" + table(rows, width) + "\nCLAUSES\n" + table(clauses, width)
	if _, err := io.WriteString(w, text); err != nil {
		return fmt.Errorf("list: %w", err)
	}
	return nil
}

// entry is a name with its text.
type entry struct{ name, text string }

// table is the entries in two columns, the texts wrapped so that no line is longer
// than width. Zero: lines are not wrapped.
func table(entries []entry, width int) string {
	names := 0
	for _, e := range entries {
		names = max(names, len(e.name))
	}
	const indent, gap = 2, 2
	textWidth := 0
	if width > 0 {
		textWidth = max(width-indent-names-gap, 20)
	}
	var b strings.Builder
	for _, e := range entries {
		name := e.name
		for _, line := range wrap(e.text, textWidth) {
			fmt.Fprintf(&b, "%*s%-*s%*s%s\n", indent, "", names, name, gap, "", line)
			name = ""
		}
	}
	return b.String()
}

// wrap cuts a text between words into lines of at most width characters. A longer
// word stays whole. Zero: one line.
func wrap(text string, width int) []string {
	if width == 0 {
		return []string{text}
	}
	line := ""
	var lines []string
	for _, word := range strings.Fields(text) {
		if line != "" && len([]rune(line))+1+len([]rune(word)) > width {
			lines = append(lines, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}
