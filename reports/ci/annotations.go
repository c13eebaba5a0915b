// Package ci renders reports for CI systems: SARIF for code scanning, JUnit XML
// for test reports, and annotations for GitHub Actions.
package ci

import (
	"cmp"
	"errors"
	"fmt"
	"io"

	"github.com/watertight-go/watertight/internal/annotation"
	"github.com/watertight-go/watertight/internal/plaintext"
	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/reports/internal/view"
	"github.com/watertight-go/watertight/scenarios"
)

// Annotations writes workflow commands of GitHub Actions about the After
// executor: an error for each broken clause and line, a warning for each clause
// that could not be judged, and a notice with the verdict. GitHub shows them at
// the lines that they are about, ten of a level. The last one of a level says
// how many more there are.
func Annotations(w io.Writer, r *reports.Report) error {
	if r == nil {
		return errors.New("reports/ci: annotations: got no report, want one")
	}
	text := annotations(r, scenarios.Fail, "error") + annotations(r, scenarios.Unknown, "warning")
	if r.Partial != "" {
		text += annotation.Annotation{Level: "warning", Title: "Watertight", Text: "partial run: " + plaintext.Limit(r.Partial, plaintext.MostSentence)}.String()
	}
	text += annotation.Annotation{Level: "notice", Title: "Watertight", Text: verdictText(r)}.String()
	if _, err := io.WriteString(w, text); err != nil {
		return fmt.Errorf("reports/ci: annotations: write: %w", err)
	}
	return nil
}

// annotations are those of the faults with a status.
func annotations(r *reports.Report, status scenarios.Status, level string) string {
	var all []annotation.Annotation
	for _, f := range faults(r) {
		if f.status == status {
			title := "Watertight: " + cmp.Or(view.ClauseTitle(f.clause), "not judged")
			all = append(all, annotation.Annotation{Level: level, At: f.at, Title: title, Text: f.text(r.After)})
		}
	}
	return annotation.All(all)
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
