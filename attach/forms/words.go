// Package forms writes what a watch of running services found, in the forms that people
// and machines read. It knows nothing but the attach.Result, runs nothing and reads no
// file. Names in a result may hold anything: no form lets them become markup, commands
// or escape sequences.
package forms

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/watertight-go/watertight/attach"
	"github.com/watertight-go/watertight/internal/format"
	"github.com/watertight-go/watertight/internal/frames"
	"github.com/watertight-go/watertight/internal/plaintext"
	"github.com/watertight-go/watertight/internal/plural"
)

// Formats are the forms besides Text, by name.
var Formats = map[string]func(io.Writer, attach.Result) error{
	"json":     JSON,
	"markdown": Markdown,
	"html":     HTML,
	"sarif":    SARIF,
	"junit":    JUnit,
}

// headline is the answer in one sentence.
func headline(r attach.Result) string {
	var parts []string
	counts := map[string]int{}
	for _, f := range r.Findings {
		counts[noun(f)]++
	}
	for _, n := range []string{"leak", "stuck place", "suspected leak", "unclear rise", "known leak"} {
		if counts[n] > 0 {
			parts = append(parts, plural.Count(counts[n], n))
		}
	}
	answer := strings.Join(parts, ", ")
	switch {
	case answer == "" && r.ExitCode() == 2:
		answer = "could not tell whether anything leaks"
	case answer == "":
		answer = "nothing leaks"
	}
	return fmt.Sprintf("%s: %s, watched for %s", answer, plural.Count(len(r.Instances), "instance"), format.Duration(roundedTime(r.Took)))
}

func roundedTime(s attach.Seconds) time.Duration {
	return time.Duration(float64(s) * float64(time.Second)).Round(100 * time.Millisecond)
}

func noun(f attach.Finding) string {
	switch f.Verdict {
	case attach.Leak, attach.Expired:
		return "leak"
	case attach.ProvenOnly:
		return "stuck place"
	case attach.Suspected:
		return "suspected leak"
	case attach.Known:
		return "known leak"
	}
	return "unclear rise"
}

// verdict is the word of a finding.
func verdict(f attach.Finding) string {
	word := strings.ToUpper(string(f.Verdict))
	if !f.Failing() {
		word = string(f.Verdict)
	}
	if f.Proven > 0 && f.Verdict != attach.ProvenOnly {
		word += ", proven"
	}
	return word
}

// where is the site of a finding: the function without the folders of its package.
func where(f attach.Finding) string {
	name := frames.Function(f.Function)
	if f.File != "" {
		name += " " + format.Place(f.File, int(f.Line))
	}
	if f.Kind == attach.Heap {
		name = "heap: " + name
	}
	return clean(name)
}

// perSecond is the slope with its unit.
func perSecond(f attach.Finding) string {
	if f.PerSecond == 0 {
		return "does not rise"
	}
	return fmt.Sprintf("%s ± %s", amount(f.Kind, f.PerSecond), amount(f.Kind, (f.High-f.Low)/2))
}

func amount(k attach.Kind, v float64) string {
	if k == attach.Heap {
		return format.Size(v)
	}
	return format.Amount(v)
}

// perRequest is the slope for each request; a dash where it is not known.
func perRequest(f attach.Finding) string {
	switch {
	case f.PerRequest == 0:
		return "-"
	case f.PerRequest < 0.2 && f.Kind != attach.Heap:
		return fmt.Sprintf("1 in %.0f", 1/f.PerRequest)
	}
	return amount(f.Kind, f.PerRequest)
}

func proven(f attach.Finding) string {
	if f.Proven == 0 {
		return "-"
	}
	return fmt.Sprint(f.Proven)
}

// details are sentences about a finding.
func details(f attach.Finding) (lines []string) {
	if f.Creator != nil {
		lines = append(lines, "started at "+frames.Call(*f.Creator))
	}
	if at := waits(f); at != "" {
		lines = append(lines, at)
	}
	if len(f.With) > 0 {
		lines = append(lines, "rises together with "+frames.Functions(f.With))
	}
	if f.Cut {
		lines = append(lines, "the stacks are cut at 128 frames: the outermost functions are not known")
	}
	if f.Change != "" {
		lines = append(lines, fmt.Sprintf("build %s: %s", build(f.Build), f.Change))
	}
	if len(f.Processes) > 1 {
		lines = append(lines, fmt.Sprintf("in %d processes", len(f.Processes)))
	}
	if f.Why != "" {
		lines = append(lines, clean(f.Why))
	}
	if f.Accepted != "" {
		lines = append(lines, clean(f.Accepted))
	}
	return lines
}

// waits is where the goroutines of a finding are, or where memory is allocated.
func waits(f attach.Finding) string {
	what, at := "it waits in ", frames.Waits
	if f.Kind != attach.Goroutines {
		what, at = "allocated in ", frames.Allocates
	}
	if where := at(f.Stack, f.Function, f.Line); where != "" {
		return what + where
	}
	return ""
}

func build(id string) string {
	if id == "" {
		return "unknown"
	}
	return clean(id[:min(len(id), 12)])
}

// summaryLine says what was seen of an instance.
func summaryLine(s attach.Summary) string {
	line := fmt.Sprintf("%s: %s, every %s, goroutines %d to %d", clean(s.Name), plural.Count(s.Polls, "profile"), format.Duration(roundedTime(s.Interval)), s.First, s.Last)
	if s.Rate > 0 {
		line += fmt.Sprintf(", %s requests a second", amount("", s.Rate))
	}
	if s.Restarts > 0 {
		line += ", " + plural.Count(s.Restarts, "restart")
	}
	return line
}

func clean(s string) string { return plaintext.Limit(s, plaintext.MostSentence) }
