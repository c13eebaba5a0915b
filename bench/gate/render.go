package gate

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// RenderOptions say what Render writes for.
type RenderOptions struct {
	// Color adds ANSI colours. Nothing is told by colour alone.
	Color bool
	// Next is what to do where the gate does not pass, line by line.
	Next []string
	// Strictness is as in ExitCode. Empty means Lenient.
	Strictness Strictness
}

// widest is how wide one column may become before it is wrapped.
const widest = 52

// Render writes the result for a reader: the rows that are not as they were, and
// those with figures; the rest is counted.
func (r Result) Render(w io.Writer, opts RenderOptions) error {
	p := painter{opts.Color}
	var b strings.Builder
	if r.Against != "" {
		fmt.Fprintf(&b, "Gate against %s: %d rows\n", r.Against, len(r.Rows))
	} else {
		fmt.Fprintf(&b, "Gate: %d rows\n", len(r.Rows))
	}
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
	for _, warning := range r.Warnings {
		fmt.Fprintf(&b, "%s %s\n", p.paint("!", text.FgYellow), warning)
	}
	fmt.Fprintln(&b, r.verdict(p, opts.Strictness))
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

// marks are the sign and the colour of a status.
var marks = map[Status]struct {
	sign  string
	color text.Color
}{
	OK: {"✓", text.FgGreen}, Better: {"✓", text.FgGreen}, Worse: {"✗", text.FgRed}, Waived: {"~", text.FgYellow},
	Unsure: {"?", text.FgYellow}, New: {"+", text.FgYellow}, Missing: {"-", text.FgRed}, Unknown: {"?", text.FgRed},
}

func (r Result) table(p painter) string {
	w := table.NewWriter()
	style := table.StyleDefault
	style.Options = table.OptionsNoBordersAndSeparators
	style.Box.PaddingLeft, style.Box.PaddingRight = "", "  "
	w.SetStyle(style)
	var configs []table.ColumnConfig
	for n := 3; n <= 5; n++ {
		configs = append(configs, table.ColumnConfig{Number: n, WidthMax: widest, WidthMaxEnforcer: text.WrapSoft})
	}
	w.SetColumnConfigs(configs)
	w.AppendRow(table.Row{"", "row", "got", "want", ""})
	shown := 0
	seen := map[alike]int{}
	for _, row := range r.Rows {
		if row.Status == OK && !row.figures() {
			continue
		}
		m := marks[row.Status]
		k := row.alike()
		if k.folds() {
			seen[k]++
		}
		if seen[k] > alikeAtMost {
			continue
		}
		note := row.Note
		if row.Status != OK && row.Status != Worse {
			note = strings.TrimSuffix(string(row.Status)+": "+note, ": ")
		}
		w.AppendRow(table.Row{p.paint(m.sign, m.color), row.Name, row.Got, row.Want, note})
		shown++
	}
	for _, k := range slices.SortedFunc(maps.Keys(seen), alikeOrder) {
		if n := seen[k] - alikeAtMost; n > 0 {
			w.AppendRow(table.Row{p.paint(marks[k.status].sign, marks[k.status].color), fmt.Sprintf("and %d rows more, .../%s", n, k.what), "", "", string(k.status)})
		}
	}
	if shown == 0 {
		return ""
	}
	var lines []string
	for line := range strings.SplitSeq(w.Render(), "\n") {
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return strings.Join(lines, "\n")
}

// alikeAtMost is how many rows of one kind and status are shown; a leak shows in
// every scenario.
const alikeAtMost = 4

// alike is what rows have in common: the end of their names, and what became of
// them.
type alike struct {
	what   string
	status Status
}

func (r Row) alike() alike {
	return alike{r.Name[strings.LastIndexByte(r.Name, '/')+1:], r.Status}
}

// folds says that many such rows may be summed up: those of scenarios, which one
// leak shows in all at once. What could not be told is always named in full, and
// so are benchmarks.
func (a alike) folds() bool {
	if a.status != Worse && a.status != Better {
		return false
	}
	switch a.what {
	case "goroutines", "released-goroutines", "descriptors":
		return true
	}
	return strings.HasPrefix(a.what, "clause-")
}

func alikeOrder(a, b alike) int {
	return cmp.Or(strings.Compare(string(b.status), string(a.status)), strings.Compare(a.what, b.what))
}

// figures says that a row is worth showing though it is as it was.
func (r Row) figures() bool {
	return strings.HasSuffix(r.Name, "/time") || strings.HasSuffix(r.Name, "/allocs") || strings.HasSuffix(r.Name, "/retained-bytes") ||
		strings.Contains(r.Name, " sec/op")
}

// verdict is the last line: the answer, and how many rows it is from.
func (r Result) verdict(p painter, s Strictness) string {
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

type painter struct{ color bool }

func (p painter) paint(s string, c text.Color) string {
	if !p.color {
		return s
	}
	return fmt.Sprintf("\x1b[%dm%s\x1b[0m", int(c), s)
}
