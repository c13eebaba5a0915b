package ci

import (
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

// Annotations writes what the After executor breaks as workflow commands of
// GitHub Actions, which show at the lines that they are about: an error for each
// broken clause and place, a warning for what could not be judged, and a notice
// with the verdict. GitHub shows ten of a level; how many more there are is said
// in the last of them.
func Annotations(w io.Writer, r *reports.Report) error {
	if r == nil {
		return errors.New("reports: annotations: got no report, want one")
	}
	var b strings.Builder
	byLevel := map[string][]*fault{}
	for _, f := range faults(r) {
		level := "error"
		if f.status == scenarios.Unknown {
			level = "warning"
		}
		byLevel[level] = append(byLevel[level], f)
	}
	for _, level := range []string{"error", "warning"} {
		all := byLevel[level]
		shown := all
		if len(all) > mostAnnotations {
			shown = all[:mostAnnotations-1]
		}
		for _, f := range shown {
			annotate(&b, level, f.at, "Watertight: "+cmpTitle(f), f.text(r.After))
		}
		if more := len(all) - len(shown); more > 0 {
			annotate(&b, level, source.Site{}, "Watertight", fmt.Sprintf("%d more of this kind are in the report", more))
		}
	}
	if r.Partial != "" {
		annotate(&b, "warning", source.Site{}, "Watertight", "partial run: "+plaintext.Limit(r.Partial, plaintext.MostSentence))
	}
	annotate(&b, "notice", source.Site{}, "Watertight", verdictSentence(r))
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("reports: annotations: write: %w", err)
	}
	return nil
}

func cmpTitle(f *fault) string {
	if t := view.ClauseTitle(f.clause); t != "" {
		return t
	}
	return "not judged"
}

// verdictSentence is what the candidate came to.
func verdictSentence(r *reports.Report) string {
	c := r.Count(r.After)
	name := plaintext.Name(r.After)
	switch {
	case c.Fail > 0:
		return fmt.Sprintf("%s breaks the contract in %s of %d", name, plural.Count(c.Fail, "cell"), c.Cells)
	case !c.Safe() || r.Partial != "":
		return fmt.Sprintf("%s could not be judged: %s unknown of %d", name, plural.Count(c.Unknown, "cell"), c.Cells)
	}
	text := fmt.Sprintf("%s keeps every clause that was put to the test, in %s", name, plural.Count(c.Scenarios, "scenario"))
	if c.Waived > 0 {
		text += fmt.Sprintf(", but for %s with a failure that is waived", plural.Count(c.Waived, "cell"))
	}
	return text
}

// annotate writes one workflow command. A site outside the repository is left
// out: GitHub could not show it.
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

// message and property escape as the runner's toolkit does (actions/toolkit,
// packages/core/src/command.ts). Both are clean, so there is no line break that
// could begin a command of its own.
func message(s string) string { return strings.ReplaceAll(plaintext.Clean(s), "%", "%25") }

func property(s string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(message(plaintext.Limit(s, 8*plaintext.MostName)))
}
