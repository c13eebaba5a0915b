package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/watertight-go/watertight/leak/internal/accuracy/taxonomy"
)

const (
	beginMark = "<!-- accuracy: begin"
	endMark   = "<!-- accuracy: end"
	// proseWidth is how wide the README's lines are.
	proseWidth = 92
)

// writeInto puts the totals into the README and everything into
// leak/ACCURACY.md.
func writeInto(root string, r *Result) error {
	file := filepath.Join(root, "README.md")
	data, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("accuracy: write: %w", err)
	}
	text, err := between(string(data), readmePart(r))
	if err != nil {
		return fmt.Errorf("accuracy: write %s: %w", file, err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		return fmt.Errorf("accuracy: write: %w", err)
	}
	if err := os.WriteFile(filepath.Join(root, "leak", "ACCURACY.md"), []byte(whole(r)), 0o644); err != nil {
		return fmt.Errorf("accuracy: write: %w", err)
	}
	return nil
}

// between puts part between the lines with the marks.
func between(document, part string) (string, error) {
	begin := strings.Index(document, beginMark)
	end := strings.Index(document, endMark)
	if begin < 0 || end < begin {
		return "", fmt.Errorf("got no lines %q and, below it, %q, want both", beginMark, endMark)
	}
	line := strings.IndexByte(document[begin:], '\n') + 1
	return document[:begin+line] + part + document[end:], nil
}

// readmePart is the totals and what goleak says otherwise.
func readmePart(r *Result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", summaryTable(r).RenderMarkdown())
	const most = 8 // the file of all rows has the rest
	for _, g := range groups {
		_, wrong, _ := count(g.of(r), taxonomy.Goleak)
		if len(wrong) == 0 {
			continue
		}
		more := ""
		if n := len(wrong) - most; n > 0 {
			wrong, more = wrong[:most], fmt.Sprintf(" and %d more", n)
		}
		verb := "misses"
		if g.kind == taxonomy.Innocent {
			verb = "accuses"
		}
		fmt.Fprintf(&b, "\n%s\n", text.WrapSoft(fmt.Sprintf("Of the %s, goleak %s %s%s.", g.title, verb, names(wrong), more), proseWidth))
	}
	for _, line := range notes(r) {
		fmt.Fprintf(&b, "\n%s\n", text.WrapSoft(line, proseWidth))
	}
	return trimmed(b.String())
}

// whole is everything.
func whole(r *Result) string {
	var b strings.Builder
	b.WriteString("# How right package leak is\n\nWritten by `make accuracy-readme` from the last `make accuracy`; every answer was observed.\n")
	b.WriteString("A ✗ is a wrong answer. `Check` is leak.Check with leak.VerifyTestMain, \"at end\" what the\n")
	b.WriteString("latter reported; `Find` is leak.Take and leak.Find; goleak is goleak.VerifyNone at its\n")
	b.WriteString("defaults, as the last cleanup of the test. What only rounds show goleak judges after five.\n")
	for _, g := range groups {
		if cases := g.of(r); len(cases) > 0 {
			fmt.Fprintf(&b, "\n## %s\n\n%s\n", sentence(g.title), caseTable(cases, g.rounds, "✗ ").RenderMarkdown())
		}
	}
	if len(r.Kernels) > 0 {
		fmt.Fprintf(&b, "\n## Go's bug kernels\n\n%s\n", kernelTable(r).RenderMarkdown())
	}
	fmt.Fprintf(&b, "\n## Totals\n\n%s\n", summaryTable(r).RenderMarkdown())
	for _, line := range notes(r) {
		fmt.Fprintf(&b, "\n%s\n", text.WrapSoft(line, proseWidth))
	}
	return trimmed(b.String())
}

// trimmed is s without blanks at the ends of lines.
func trimmed(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}
