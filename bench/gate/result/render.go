package result

import (
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/watertight-go/watertight/internal/plural"
)

// RenderOptions say how Render writes. The zero value is useful.
type RenderOptions struct {
	// Color adds ANSI colours. No fact is shown by colour alone.
	Color bool
	// Next is what to do if the gate does not pass, line by line.
	Next []string
	// Strictness is that of ExitCode. Empty means Lenient.
	Strictness Strictness
}

// Render writes the result as text. It shows the rows that changed and those
// with important figures, and counts the others.
func (r Result) Render(w io.Writer, opts RenderOptions) error {
	p := painter{opts.Color}
	var b strings.Builder
	against := ""
	if r.Against != "" {
		against = " against " + r.Against
	}
	fmt.Fprintf(&b, "Gate%s: %s\n", against, plural.Count(len(r.Rows), "row"))
	if t := r.table(p); t != "" {
		fmt.Fprintf(&b, "\n%s\n", t)
	}
	b.WriteString("\n")
	for _, l := range r.LeftOut {
		fmt.Fprintf(&b, "- %s\n", l)
	}
	for _, f := range r.Failures {
		fmt.Fprintf(&b, "%s %s\n", p.paint("✗", text.FgRed), f)
	}
	for _, u := range r.Undecided {
		fmt.Fprintf(&b, "%s %s\n", p.paint("?", text.FgRed), u)
	}
	for _, warning := range r.Warnings {
		fmt.Fprintf(&b, "%s %s\n", p.paint("!", text.FgYellow), warning)
	}
	fmt.Fprintln(&b, r.summary(p, opts.Strictness))
	if r.ExitCode(opts.Strictness) != 0 {
		for _, line := range opts.Next {
			fmt.Fprintf(&b, "  %s\n", line)
		}
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("gate: write: %w", err)
	}
	return nil
}

// summary is the last line: the answer, and how many rows have which status.
func (r Result) summary(p painter, s Strictness) string {
	var parts []string
	for _, status := range []Status{Worse, Missing, Unknown, Unsure, New, Waived, Better, OK} {
		if n := r.Count(status); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, status))
		}
	}
	counts := strings.Join(parts, ", ")
	switch r.ExitCode(s) {
	case 0:
		return p.paint("Passed", text.FgGreen) + ": " + counts
	case 1:
		return p.paint("FAILED", text.FgRed) + ": " + counts
	}
	return p.paint("COULD NOT TELL", text.FgYellow) + ": " + counts
}

// painter adds colours, or leaves them out.
type painter struct{ color bool }

func (p painter) paint(s string, c text.Color) string {
	if !p.color {
		return s
	}
	return fmt.Sprintf("\x1b[%dm%s\x1b[0m", int(c), s)
}

// mark is the sign of a status in its colour.
func (p painter) mark(s Status) string {
	m := marks[s]
	return p.paint(m.sign, m.color)
}

var marks = map[Status]struct {
	sign  string
	color text.Color
}{
	OK: {"✓", text.FgGreen}, Better: {"✓", text.FgGreen}, Worse: {"✗", text.FgRed}, Waived: {"~", text.FgYellow},
	Unsure: {"?", text.FgYellow}, New: {"+", text.FgYellow}, Missing: {"-", text.FgRed}, Unknown: {"?", text.FgRed},
}
