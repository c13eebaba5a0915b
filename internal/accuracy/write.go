package main

import (
	"fmt"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/watertight-go/watertight/internal/accuracy/taxonomy"
	"github.com/watertight-go/watertight/internal/accuracy/trial"
	"github.com/watertight-go/watertight/internal/marked"
)

// proseWidth is how wide the document's lines are.
const proseWidth = 92

// mark is the name of the marks in the document.
const mark = "accuracy"

// writeInto puts the result between the marks of a document.
func writeInto(file string, r *Result) error {
	if err := marked.ReplaceFile(file, mark, whole(r)); err != nil {
		return fmt.Errorf("accuracy: write: %w", err)
	}
	return nil
}

// whole is the generated part of the document: the totals first, then a table
// for each group of cases, and the kernels.
func whole(r *Result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "## Totals\n\n%s\n", summaryTable(r).RenderMarkdown())
	for _, line := range append(goleakLines(r), notes(r)...) {
		fmt.Fprintf(&b, "\n%s\n", text.WrapSoft(line, proseWidth))
	}
	for _, g := range groups {
		if cases := g.of(r); len(cases) > 0 {
			fmt.Fprintf(&b, "\n## %s\n\n%s\n", sentence(g.title), g.table(cases, "✗ ").RenderMarkdown())
		}
	}
	if len(r.Kernels) > 0 {
		fmt.Fprintf(&b, "\n## Go's bug kernels\n\n%s\n", kernelTable(r).RenderMarkdown())
	}
	return trimmed(b.String())
}

// goleakLines name the cases of each group that goleak is wrong about.
func goleakLines(r *Result) []string {
	const most = 8 // the tables below have the rest
	var lines []string
	for _, g := range groups {
		_, wrong, _ := count(g.of(r), trial.Goleak)
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
		lines = append(lines, fmt.Sprintf("Of the %s, goleak %s %s%s.", g.title, verb, names(wrong), more))
	}
	return lines
}

// trimmed is s without blanks at the ends of lines.
func trimmed(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}
