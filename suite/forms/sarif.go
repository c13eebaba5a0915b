package forms

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/watertight-go/watertight/internal/plaintext"
	"github.com/watertight-go/watertight/internal/sarif"
	"github.com/watertight-go/watertight/suite"
)

// SARIF writes a result as SARIF 2.1.0, for code scanning: one result for each place
// that leaks, an error where it fails the run and a note where it does not. Places that
// leak no more are left out. What could not be checked is a notification.
func SARIF(w io.Writer, r suite.Result) error {
	v := newView(r)
	run := sarif.New(cmp.Or(r.Setup.Tool, "watertight"), "tests")
	run.Tool.Driver.Rules = []sarif.Rule{
		rule("WTL1", "GoroutineLeftBehind", "A test leaves a goroutine behind.", "A goroutine that a test started, or that code under test started, still runs or waits after the test has ended."),
		rule("WTL2", "ProcessLeftBehind", "A test leaves a child process behind.", "A child process that a test started still runs after the test has ended, or has exited and nobody has waited for it."),
		rule("WTL3", "GrowsInEachRound", "A test leaves more in each round.", "Run again and again in one process, the test leaves more goroutines, memory, descriptors, timers, processes or files each time."),
	}
	run.Invocations = []sarif.Invocation{invocation(v)}
	for _, s := range slices.Concat(v.sites, v.grows) {
		if s.Verdict != suite.Fixed {
			run.Results = append(run.Results, sarifResult(r, s))
		}
	}
	if err := sarif.Write(w, run); err != nil {
		return fmt.Errorf("forms: %w", err)
	}
	return nil
}

func rule(id, name, short, full string) sarif.Rule {
	return sarif.ErrorRule(id, name, short, full, "Run `stress test -run '^TestName$'` with its package to see it alone.")
}

// invocation describes the run. It is not successful where something could not be
// checked.
func invocation(v view) sarif.Invocation {
	code := v.result.ExitCode()
	i := sarif.Invocation{ExitCode: code, Successful: code != 2}
	if !v.result.Created.IsZero() {
		i.Start = v.result.Created.UTC().Format(time.RFC3339)
	}
	for _, t := range v.troubles {
		i.Notifications = append(i.Notifications, sarif.Notification{
			Level: "warning", Message: sarif.Text{Text: plaintext.Limit(t.subject+": "+t.why, plaintext.MostSentence)},
		})
	}
	return i
}

// properties are what a result has besides.
type properties struct {
	Verdict string   `json:"verdict"`
	Tests   []string `json:"tests,omitempty"`
	Class   string   `json:"class,omitempty"`
	Count   int      `json:"count"`
	Stack   string   `json:"stack,omitempty"`
}

func sarifResult(r suite.Result, s leakSite) sarif.Result {
	more := properties{Verdict: plaintext.Clean(string(s.Verdict)), Class: plaintext.Clean(string(s.Finding.Class)), Count: max(s.Count, 0)}
	for _, t := range s.Tests[:min(len(s.Tests), mostRows)] {
		more.Tests = append(more.Tests, plaintext.Limit(t.Package+" "+t.Test, 4*plaintext.MostName))
	}
	if s.Finding.Stack != "" {
		more.Stack = sarif.Stack(s.Finding.Stack)
	}
	index, id, name := 0, "WTL1", s.Finding.Entry
	switch {
	case s.growth != nil:
		index, id, name = 2, "WTL3", s.growth.Package+"."+s.growth.Test
	case s.Process != nil:
		index, id, name = 1, "WTL2", s.Process.Command
	}
	location := sarif.Location{Logical: []sarif.Logical{{Name: cmp.Or(plaintext.Limit(name, 4*plaintext.MostName), "unknown"), Kind: "function"}}}
	if s.at.File != "" {
		location.Physical = sarif.At(s.at)
	}
	result := sarif.Result{
		RuleID: id, RuleIndex: &index, Kind: "fail", Level: "error", Message: sarif.Text{Text: sentence(s)},
		Locations: []sarif.Location{location}, Properties: more,
		Fingerprints: sarif.Fingerprint(identity(s)...),
	}
	if levelOf(r, s.Verdict) != "error" {
		result.Level = "note"
	}
	if at := tree(r).Locate(s.Finding.File, s.Finding.Line); at.File != "" && at != s.at {
		result.Related = []sarif.Location{{ID: 1, Physical: sarif.At(at), Message: &sarif.Text{Text: "the goroutine was created here"}}}
	}
	return result
}

// identity is the same for the same leak in two runs. It leaves out lines and states,
// which change without a change of the leak.
func identity(s leakSite) []string {
	parts := []string{s.Finding.Entry, s.Finding.CreatedBy, s.Finding.Runs}
	if s.Process != nil {
		parts = append(parts, s.Program()) // arguments may name temporary files
	}
	if s.growth != nil {
		parts = append(parts, s.growth.Package, s.growth.Test, s.growth.What)
	}
	return parts
}
