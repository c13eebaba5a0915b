package forms

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/watertight-go/watertight/attach"
	"github.com/watertight-go/watertight/internal/place"
	"github.com/watertight-go/watertight/internal/plaintext"
	"github.com/watertight-go/watertight/internal/sarif"
)

// SARIF writes a result as SARIF 2.1.0: one result for each finding, an error where it
// fails the watch, a warning where it is suspected, else a note. What could not be
// judged is a notification.
func SARIF(w io.Writer, r attach.Result) error {
	run := sarif.Run{
		Tool:       sarif.Tool{Driver: sarif.Driver{Name: "watertight", FullName: "Watertight: running services", Version: plaintext.Clean(strings.TrimPrefix(r.Tool, "stress ")), InformationURI: "https://github.com/watertight-go/watertight"}},
		Automation: sarif.Automation{ID: "watertight/attach/"}, Bases: map[string]sarif.Artifact{}, ColumnKind: "utf16CodeUnits", Results: []sarif.Result{},
	}
	run.Tool.Driver.Rules = []sarif.Rule{
		rule("WTA1", "GoroutinesGrow", "The goroutines of a running service grow without end."),
		rule("WTA2", "MemoryGrows", "The memory in use of a running service grows without end."),
		rule("WTA3", "DescriptorsGrow", "The open descriptors of a running service grow without end."),
	}
	i := sarif.Invocation{ExitCode: r.ExitCode(), Successful: r.ExitCode() != 2, Start: r.Began.UTC().Format(time.RFC3339)}
	for _, n := range notes(r) {
		i.Notifications = append(i.Notifications, sarif.Notification{Level: "warning", Message: sarif.Text{Text: n}})
	}
	run.Invocations = []sarif.Invocation{i}
	for _, f := range r.Findings {
		run.Results = append(run.Results, sarifResult(f))
	}
	if err := sarif.Write(w, run); err != nil {
		return fmt.Errorf("forms: %w", err)
	}
	return nil
}

func rule(id, name, text string) sarif.Rule {
	return sarif.ErrorRule(id, name, text, text, "Run `stress attach` with the address of the service to see it again.")
}

func sarifResult(f attach.Finding) sarif.Result {
	index := kindIndex(f.Kind)
	out := sarif.Result{
		RuleID: fmt.Sprintf("WTA%d", index+1), RuleIndex: &index, Kind: "fail", Level: level(f), Message: sarif.Text{Text: sentence(f)},
		Locations:    []sarif.Location{{Logical: []sarif.Logical{{Name: clean(f.Function), Kind: "function"}}}},
		Fingerprints: sarif.Fingerprint(string(f.Kind), f.Function),
		Properties:   map[string]any{"verdict": f.Verdict, "perSecond": f.PerSecond, "proven": f.Proven},
	}
	if f.File != "" {
		// Where the file is in a repository, the service does not know.
		out.Locations[0].Physical = sarif.At(place.Site{File: f.File, Line: max(int(f.Line), 1)})
	}
	return out
}

func kindIndex(k attach.Kind) int {
	return map[attach.Kind]int{attach.Goroutines: 0, attach.Heap: 1, attach.Descriptors: 2}[k]
}

func level(f attach.Finding) string {
	switch {
	case f.Failing():
		return "error"
	case f.Verdict == attach.Suspected:
		return "warning"
	}
	return "note"
}

// sentence is a finding in one sentence.
func sentence(f attach.Finding) string {
	text := verdict(f) + ": " + string(f.Kind) + " of " + where(f)
	if f.Kind != attach.Goroutines {
		text = verdict(f) + ": " + where(f)
	}
	if f.PerSecond != 0 {
		text += ", " + perSecond(f) + " a second"
	}
	if f.Proven > 0 {
		text += fmt.Sprintf("; nothing can wake %d of them", f.Proven)
	}
	if all := details(f); len(all) > 0 {
		text += ". " + strings.Join(all, "; ")
	}
	return clean(text)
}
