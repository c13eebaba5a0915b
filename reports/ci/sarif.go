package ci

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"path"
	"strings"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/reports/internal/plaintext"
	"github.com/watertight-go/watertight/reports/internal/source"
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
	data, err := json.MarshalIndent(newSARIF(r), "", "  ")
	if err != nil {
		return fmt.Errorf("reports/ci: sarif: encode: %w", err)
	}
	if _, err := w.Write(append(data, '\n')); err != nil {
		return fmt.Errorf("reports/ci: sarif: write: %w", err)
	}
	return nil
}

// srcRoot names the root of the repository, which files are relative to.
const srcRoot = "SRCROOT"

func newSARIF(r *reports.Report) sarifLog {
	tool, version, _ := strings.Cut(plaintext.Clean(r.Tool), " ")
	run := sarifRun{
		Tool: sarifTool{Driver: sarifDriver{Name: "watertight", FullName: plaintext.Clean(r.Tool), Version: cmp.Or(version, tool),
			InformationURI: "https://github.com/watertight-go/watertight", Rules: sarifRules()}},
		Automation:  sarifAutomation{ID: "watertight/" + strings.ReplaceAll(plaintext.Name(r.After), "/", "-") + "/"},
		Bases:       map[string]sarifArtifact{srcRoot: {Description: &sarifText{Text: "The root of the repository."}}},
		ColumnKind:  "utf16CodeUnits",
		Results:     []sarifResult{},
		Invocations: []sarifInvocation{newInvocation(r)},
	}
	for _, f := range faults(r) {
		if f.status == scenarios.Fail {
			run.Results = append(run.Results, sarifResultOf(r, f))
			continue
		}
		run.Invocations[0].Notifications = append(run.Invocations[0].Notifications,
			sarifNotification{Level: "warning", Message: sarifText{Text: f.text(r.After)}})
	}
	return sarifLog{Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run}}
}

// newInvocation describes the run. It is not successful where something could not
// be judged.
func newInvocation(r *reports.Report) sarifInvocation {
	code := r.ExitCode()
	i := sarifInvocation{ExitCode: code, Successful: code != 2}
	if !r.Created.IsZero() {
		i.Start = r.Created.UTC().Format(time.RFC3339)
		if r.Elapsed >= 0 {
			i.End = r.Created.Add(time.Duration(r.Elapsed)).UTC().Format(time.RFC3339)
		}
	}
	if r.Partial != "" {
		i.Successful = false
		i.Notifications = append(i.Notifications, sarifNotification{Level: "error",
			Message: sarifText{Text: "partial run: " + plaintext.Limit(r.Partial, plaintext.MostSentence)}})
	}
	return i
}

// ruleID is a clause's name, "WT06".
func ruleID(c executor.Clause) string { return fmt.Sprintf("WT%02d", c) }

// sarifRules are the clauses of the contract.
func sarifRules() []sarifRule {
	var rules []sarifRule
	for _, c := range executor.Clauses {
		rules = append(rules, sarifRule{
			ID: ruleID(c.Clause), Name: strings.ReplaceAll(camel(c.Title), " ", ""),
			Short:   sarifText{Text: c.Clause.String()},
			Full:    sarifText{Text: c.Text},
			Default: sarifLevel{Level: "error"},
			Help:    sarifText{Text: c.Text + " Run `stress report reports/latest/report.json` to see what was observed."},
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

func sarifResultOf(r *reports.Report, f *fault) sarifResult {
	text := f.text(r.After)
	out := sarifResult{
		RuleID: ruleID(f.clause), Level: "error", Kind: "fail", Message: sarifText{Text: text},
		Fingerprints: map[string]string{"watertight/v1": fingerprint(r, f)},
		Properties:   sarifProperties{Executor: plaintext.Name(r.After), Scenarios: plaintext.Names(f.scenarios), Class: plaintext.Clean(string(f.class)), Goroutines: max(f.count, 0)},
	}
	for i, c := range executor.Clauses {
		if c.Clause == f.clause {
			out.RuleIndex = &i
		}
	}
	if f.stack != "" {
		out.Properties.Stack = cleanLines(f.stack)
	}
	location := sarifLocation{Logical: []sarifLogical{{Name: plaintext.Name(r.After), Kind: "type"}}}
	if f.at.File != "" {
		location.Physical = physical(f.at)
	}
	out.Locations = []sarifLocation{location}
	if f.created.File != "" {
		out.Related = []sarifLocation{{ID: 1, Physical: physical(f.created), Message: &sarifText{Text: "the goroutines were created here"}}}
	}
	return out
}

// physical is a site as a physical location. A file outside the repository has an
// absolute URI.
func physical(s source.Site) *sarifPhysical {
	file := sarifArtifact{URI: fileURI(s.File)}
	if s.Inside {
		file.Base = srcRoot
	}
	p := &sarifPhysical{Artifact: file}
	if s.Line > 0 {
		p.Region = &sarifRegion{StartLine: s.Line}
	}
	return p
}

// fingerprint is the same for the same defect in two runs. It leaves out the
// line, which changes with every edit above it.
func fingerprint(r *reports.Report, f *fault) string {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s\x00%d\x00%s\x00%s\x00%s\x00%s", r.After, f.clause, f.at.File, path.Base(f.created.File), f.createdBy, f.class)
	return fmt.Sprintf("%016x", h.Sum64())
}

// cleanLines makes a text of several lines safe to show.
func cleanLines(s string) string {
	const most = 40
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = plaintext.Limit(strings.ReplaceAll(lines[i], "\t", "    "), 4*plaintext.MostName)
	}
	if more := len(lines) - most; more > 0 {
		lines = append(lines[:most], fmt.Sprintf("... %d more lines", more))
	}
	return strings.Join(lines, "\n")
}
