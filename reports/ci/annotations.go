// Package ci renders reports for CI systems: SARIF for code scanning, JUnit XML
// for test reports, and annotations for GitHub Actions.
package ci

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/reports/internal/plaintext"
	"github.com/watertight-go/watertight/reports/internal/source"
	"github.com/watertight-go/watertight/reports/internal/view"
	"github.com/watertight-go/watertight/scenarios"
)

// mostAnnotations is how many annotations of one level GitHub shows of a step.
const mostAnnotations = 10

// Annotations writes workflow commands of GitHub Actions about the After
// executor: an error for each broken clause and line, a warning for each clause
// that could not be judged, and a notice with the verdict. GitHub shows them at
// the lines that they are about, ten of a level. The last one of a level says
// how many more there are.
func Annotations(w io.Writer, r *reports.Report) error {
	if r == nil {
		return errors.New("reports/ci: annotations: got no report, want one")
	}
	byLevel := map[string][]*fault{}
	for _, f := range faults(r) {
		level := "error"
		if f.status == scenarios.Unknown {
			level = "warning"
		}
		byLevel[level] = append(byLevel[level], f)
	}
	var b strings.Builder
	for _, level := range []string{"error", "warning"} {
		annotateAll(&b, level, byLevel[level], r.After)
	}
	if r.Partial != "" {
		annotate(&b, "warning", source.Site{}, "Watertight", "partial run: "+plaintext.Limit(r.Partial, plaintext.MostSentence))
	}
	annotate(&b, "notice", source.Site{}, "Watertight", verdictText(r))
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("reports/ci: annotations: write: %w", err)
	}
	return nil
}

// annotateAll writes the annotations of one level.
func annotateAll(b *strings.Builder, level string, all []*fault, candidate string) {
	shown := all
	if len(all) > mostAnnotations {
		shown = all[:mostAnnotations-1]
	}
	for _, f := range shown {
		annotate(b, level, f.at, "Watertight: "+cmp.Or(view.ClauseTitle(f.clause), "not judged"), f.text(candidate))
	}
	if more := len(all) - len(shown); more > 0 {
		annotate(b, level, source.Site{}, "Watertight", fmt.Sprintf("%d more of this kind are in the report", more))
	}
}

// verdictText is the verdict on the candidate in one sentence.
func verdictText(r *reports.Report) string {
	c := r.Count(r.After)
	name := plaintext.Name(r.After)
	switch {
	case c.Fail > 0:
		return fmt.Sprintf("%s breaks the contract in %s of %d", name, plural.Count(c.Fail, "cell"), c.Cells)
	case !c.Safe() || r.Partial != "":
		return fmt.Sprintf("%s could not be judged: %s of %d unknown", name, plural.Count(c.Unknown, "cell"), c.Cells)
	}
	text := fmt.Sprintf("%s keeps every clause that was tested, in %s", name, plural.Count(c.Scenarios, "scenario"))
	if c.Waived > 0 {
		text += fmt.Sprintf(", except for %s with a failure that is waived", plural.Count(c.Waived, "cell"))
	}
	return text
}

// annotate writes one workflow command. It leaves out a site outside the
// repository, which GitHub could not show.
func annotate(b *strings.Builder, level string, at source.Site, title, text string) {
	var properties []string
	if at.Inside && at.File != "" {
		properties = append(properties, "file="+property(at.File))
		if at.Line > 0 {
			properties = append(properties, fmt.Sprintf("line=%d", at.Line))
		}
	}
	properties = append(properties, "title="+property(title))
	fmt.Fprintf(b, "::%s %s::%s\n", level, strings.Join(properties, ","), message(text))
}

// message escapes a message as the toolkit of GitHub's runner does
// (actions/toolkit, packages/core/src/command.ts). A clean text has no line
// break, which could begin another command.
func message(s string) string { return strings.ReplaceAll(plaintext.Clean(s), "%", "%25") }

// property escapes the value of a property, as message does.
func property(s string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(message(plaintext.Limit(s, 8*plaintext.MostName)))
}
