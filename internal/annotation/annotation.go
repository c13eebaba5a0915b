// Package annotation writes workflow commands of GitHub Actions, which it shows at the
// lines of a pull request.
package annotation

import (
	"fmt"
	"strings"

	"github.com/watertight-go/watertight/internal/place"
	"github.com/watertight-go/watertight/internal/plaintext"
)

// mostShown is how many annotations of one level GitHub shows of a step.
const mostShown = 10

// Annotation is one annotation.
type Annotation struct {
	// Level is "error", "warning" or "notice".
	Level string
	// At is left out where it is outside of the repository, which GitHub could not
	// show.
	At          place.Site
	Title, Text string
}

// String is the workflow command, which ends with a line break.
func (a Annotation) String() string {
	var properties []string
	if a.At.Inside && a.At.File != "" {
		properties = append(properties, "file="+property(a.At.File))
		if a.At.Line > 0 {
			properties = append(properties, fmt.Sprintf("line=%d", a.At.Line))
		}
	}
	properties = append(properties, "title="+property(a.Title))
	return fmt.Sprintf("::%s %s::%s\n", a.Level, strings.Join(properties, ","), message(a.Text))
}

// All are the commands of annotations of one level, no more than GitHub shows. The last
// one says how many more there are.
func All(some []Annotation) string {
	var b strings.Builder
	shown := some
	if len(some) > mostShown {
		shown = some[:mostShown-1]
	}
	for _, a := range shown {
		b.WriteString(a.String())
	}
	if more := len(some) - len(shown); more > 0 {
		b.WriteString(Annotation{Level: some[0].Level, Title: "Watertight", Text: fmt.Sprintf("%d more of this kind are in the report", more)}.String())
	}
	return b.String()
}

// message escapes a message as the toolkit of GitHub's runner does
// (actions/toolkit, packages/core/src/command.ts). A clean text has no line
// break, which could begin another command.
func message(s string) string { return strings.ReplaceAll(plaintext.Clean(s), "%", "%25") }

// property escapes the value of a property, as message does.
func property(s string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(message(plaintext.Limit(s, 8*plaintext.MostName)))
}
