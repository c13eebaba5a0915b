package forms

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/internal/annotation"
	"github.com/watertight-go/watertight/internal/place"
	"github.com/watertight-go/watertight/internal/plaintext"
	"github.com/watertight-go/watertight/suite"
)

// Annotations writes workflow commands of GitHub Actions: an error for each place that
// fails the run, a notice for each other one, a warning for what could not be checked,
// and a notice with the answer. GitHub shows them at the lines that they are about, ten of
// a level.
func Annotations(w io.Writer, r suite.Result) error {
	v := newView(r)
	by := map[string][]annotation.Annotation{}
	for _, s := range slices.Concat(v.sites, v.grows) {
		if s.Verdict == suite.Fixed {
			s.at = place.Site{} // the file may have another line there now
		}
		level := levelOf(r, s.Verdict)
		by[level] = append(by[level], annotation.Annotation{Level: level, At: s.at, Title: "Watertight: " + titleOf(s), Text: sentence(s)})
	}
	for _, t := range v.troubles {
		by["warning"] = append(by["warning"], annotation.Annotation{
			Level: "warning", Title: "Watertight: not checked", Text: plaintext.Limit(t.subject+": "+t.why, plaintext.MostSentence),
		})
	}
	// The answer comes first, so that the tenth of the others does not push it out.
	text := annotation.All(by["error"]) + annotation.All(by["warning"]) +
		annotation.All(slices.Insert(by["notice"], 0, annotation.Annotation{Level: "notice", Title: "Watertight", Text: strings.TrimSpace(v.headline + " " + v.sides)}))
	if _, err := io.WriteString(w, text); err != nil {
		return fmt.Errorf("forms: annotations: write: %w", err)
	}
	return nil
}

// levelOf is how an annotation with a verdict is shown.
func levelOf(r suite.Result, v suite.Verdict) string {
	switch {
	case v.Fails() && r.ReportOnly:
		return "warning"
	case v.Fails():
		return "error"
	}
	return "notice"
}

// titleOf says what is wrong, in a few words.
func titleOf(s leakSite) string {
	what := "goroutine left behind"
	switch {
	case s.growth != nil:
		what = "more " + s.growth.What + " in each round"
	case s.Process != nil:
		what = "child process left behind"
	}
	switch s.Verdict {
	case suite.Found:
		return what
	case suite.Fixed:
		return what + " no more"
	}
	return fmt.Sprintf("%s (%s)", what, strings.ToLower(words[s.Verdict]))
}

// sentence is all that there is to say of a site, on one line.
func sentence(s leakSite) string {
	parts := append([]string{s.what}, s.more...)
	who := s.who(testsNamed)
	if s.growth != nil {
		who = "" // it begins with the test
	}
	for _, more := range []string{who, s.Why} {
		if more != "" {
			parts = append(parts, more)
		}
	}
	for i := range parts {
		parts[i] = plaintext.Limit(parts[i], plaintext.MostSentence)
	}
	return strings.Join(parts, "; ")
}
