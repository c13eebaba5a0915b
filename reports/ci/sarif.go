package ci

import (
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"path"
	"strings"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/plaintext"
	"github.com/watertight-go/watertight/internal/sarif"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/scenarios"
)

// SARIF writes what the After executor breaks as SARIF 2.1.0, for code scanning.
//
// There is one result for each broken clause and line. A leak is at the go
// statement that created the goroutines; everything else is at the function that
// makes the executor. What could not be judged is a notification of the run.
// Other executors are left out.
func SARIF(w io.Writer, r *reports.Report) error {
	if r == nil {
		return errors.New("reports/ci: sarif: got no report, want one")
	}
	if err := sarif.Write(w, newSARIF(r)); err != nil {
		return fmt.Errorf("reports/ci: %w", err)
	}
	return nil
}

func newSARIF(r *reports.Report) sarif.Run {
	run := sarif.New(r.Tool, r.After)
	run.Tool.Driver.Rules = sarifRules()
	run.Invocations = []sarif.Invocation{newInvocation(r)}
	for _, f := range faults(r) {
		if f.status == scenarios.Fail {
			run.Results = append(run.Results, sarifResultOf(r, f))
			continue
		}
		run.Invocations[0].Notifications = append(run.Invocations[0].Notifications,
			sarif.Notification{Level: "warning", Message: sarif.Text{Text: f.text(r.After)}})
	}
	return run
}

// newInvocation describes the run. It is not successful where something could not
// be judged.
func newInvocation(r *reports.Report) sarif.Invocation {
	code := r.ExitCode()
	i := sarif.Invocation{ExitCode: code, Successful: code != 2}
	if !r.Created.IsZero() {
		i.Start = r.Created.UTC().Format(time.RFC3339)
		if r.Elapsed >= 0 {
			i.End = r.Created.Add(time.Duration(r.Elapsed)).UTC().Format(time.RFC3339)
		}
	}
	if r.Partial != "" {
		i.Successful = false
		i.Notifications = append(i.Notifications, sarif.Notification{Level: "error",
			Message: sarif.Text{Text: "partial run: " + plaintext.Limit(r.Partial, plaintext.MostSentence)}})
	}
	return i
}

// ruleID is a clause's name, "WT06".
func ruleID(c executor.Clause) string { return fmt.Sprintf("WT%02d", c) }

// sarifRules are the clauses of the contract.
func sarifRules() []sarif.Rule {
	var rules []sarif.Rule
	for _, c := range executor.Clauses {
		rules = append(rules, sarif.Rule{
			ID: ruleID(c.Clause), Name: strings.ReplaceAll(camel(c.Title), " ", ""),
			Short:   sarif.Text{Text: c.Clause.String()},
			Full:    sarif.Text{Text: c.Text},
			Default: sarif.Level{Level: "error"},
			Help:    sarif.Text{Text: c.Text + " Run `stress report reports/latest/report.json` to see what was observed."},
		})
	}
	return rules
}

// camel writes the words of a title with capitals.
func camel(title string) string {
	words := strings.Fields(title)
	for i, w := range words {
		words[i] = strings.ToUpper(w[:1]) + w[1:]
	}
	return strings.Join(words, " ")
}

func sarifResultOf(r *reports.Report, f *fault) sarif.Result {
	text := f.text(r.After)
	out := sarif.Result{
		RuleID: ruleID(f.clause), Level: "error", Kind: "fail", Message: sarif.Text{Text: text},
		Fingerprints: map[string]string{"watertight/v1": fingerprint(r, f)},
	}
	more := properties{Executor: plaintext.Name(r.After), Scenarios: plaintext.Names(f.scenarios), Class: plaintext.Clean(string(f.class)), Goroutines: max(f.count, 0)}
	for i, c := range executor.Clauses {
		if c.Clause == f.clause {
			out.RuleIndex = &i
		}
	}
	if f.stack != "" {
		more.Stack = sarif.Stack(f.stack)
	}
	out.Properties = more
	location := sarif.Location{Logical: []sarif.Logical{{Name: plaintext.Name(r.After), Kind: "type"}}}
	if f.at.File != "" {
		location.Physical = sarif.At(f.at)
	}
	out.Locations = []sarif.Location{location}
	if f.created.File != "" {
		out.Related = []sarif.Location{{ID: 1, Physical: sarif.At(f.created), Message: &sarif.Text{Text: "the goroutines were created here"}}}
	}
	return out
}

// properties are what a result of this program has besides.
type properties struct {
	Executor   string   `json:"executor"`
	Scenarios  []string `json:"scenarios"`
	Class      string   `json:"class,omitempty"`
	Goroutines int      `json:"goroutines,omitempty"`
	Stack      string   `json:"stack,omitempty"`
}

// fingerprint is the same for the same defect in two runs. It leaves out the
// line, which changes with every edit above it.
func fingerprint(r *reports.Report, f *fault) string {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s\x00%d\x00%s\x00%s\x00%s\x00%s", r.After, f.clause, f.at.File, path.Base(f.created.File), f.createdBy, f.class)
	return fmt.Sprintf("%016x", h.Sum64())
}
