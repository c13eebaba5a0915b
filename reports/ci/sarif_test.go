package ci

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/internal/sarif"
	"github.com/watertight-go/watertight/internal/sarif/sariftest"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/reports/internal/fixtures"
	"github.com/watertight-go/watertight/scenarios"
)

// machineFormats are the formats of this package.
var machineFormats = map[string]func(io.Writer, *reports.Report) error{
	"sarif": SARIF, "junit": JUnit, "annotations": Annotations,
}

func rendered(t testing.TB, render func(io.Writer, *reports.Report) error, r *reports.Report) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, render(&b, r))
	return b.String()
}

func TestMachineFormatsAreDeterministic(t *testing.T) {
	for name, render := range machineFormats {
		for fixture, r := range fixtures.All() {
			require.Equal(t, rendered(t, render, r), rendered(t, render, r), "%s of %s", name, fixture)
		}
		require.ErrorContains(t, render(io.Discard, nil), "got no report")
		require.ErrorIs(t, render(fixtures.BrokenWriter{}, fixtures.Broken()), fixtures.ErrBroken)
	}
}

// logRead and resultRead are what a consumer reads.
type (
	logRead struct {
		Runs []struct {
			sarif.Run
			Results []resultRead `json:"results"`
		} `json:"runs"`
	}
	resultRead struct {
		sarif.Result
		Properties properties `json:"properties"`
	}
)

func TestSARIFKeepsTheSchema(t *testing.T) {
	all := fixtures.All()
	all["broken"] = fixtures.Broken()
	for name, r := range all {
		text := rendered(t, SARIF, r)
		require.NoError(t, sariftest.Check(text), name)
		require.True(t, utf8.ValidString(text), name)
	}
}

func TestViolationsOfTheSchemaAreNoticed(t *testing.T) {
	good := rendered(t, SARIF, fixtures.Broken())
	for _, change := range [][2]string{
		{`"version": "2.1.0"`, `"version": "3"`},
		{`"level": "error"`, `"level": "dreadful"`},
		{`"ruleIndex"`, `"ruleNumber"`},
		{`"startLine": 31`, `"startLine": 0`},
	} {
		require.Contains(t, good, change[0])
		require.Error(t, sariftest.Check(strings.Replace(good, change[0], change[1], 1)), "%s", change[1])
	}
}

func TestSARIFNamesTheLineThatCreatedTheLeak(t *testing.T) {
	var log logRead
	require.NoError(t, json.Unmarshal([]byte(rendered(t, SARIF, fixtures.Broken())), &log))
	run := log.Runs[0]
	require.True(t, run.Invocations[0].Successful, "the harness could look")
	require.Equal(t, 1, run.Invocations[0].ExitCode)
	byPlace := map[string]resultRead{}
	for _, result := range run.Results {
		at := result.Locations[0].Physical
		require.Equal(t, "SRCROOT", at.Artifact.Base)
		require.Equal(t, result.RuleID, run.Tool.Driver.Rules[*result.RuleIndex].ID)
		byPlace[fmt.Sprintf("%s %s:%d", result.RuleID, at.Artifact.URI, at.Region.StartLine)] = result
	}
	leak, ok := byPlace["WT06 executor/waitgroup.go:31"]
	require.True(t, ok, "%v", byPlace)
	require.Equal(t, 1540, leak.Properties.Goroutines, "all scenarios together")
	require.Contains(t, leak.Message.Text, "1540 goroutines left behind, blocked, created by")
	// What is in no repository of the reader's, and what has no creation site, is
	// shown at the executor itself.
	require.Contains(t, byPlace, "WT01 executor/registry.go:20")
	require.Len(t, run.Results, 3, "one result for each clause and place, not for each scenario")
}

func TestSARIFNamesWhatALibraryWasGivenToRun(t *testing.T) {
	r := fixtures.Broken()
	for i := range r.Cells {
		for j := range r.Cells[i].Observation.Left.Leak.Findings {
			f := &r.Cells[i].Observation.Left.Leak.Findings[j]
			f.File, f.Line = "/go/pkg/mod/golang.org/x/sync@v0.24.0/errgroup/errgroup.go", 78
			f.RunsFile, f.RunsLine = "/home/someone/project/executor/errgroup.go", 41
		}
	}
	got := rendered(t, Annotations, r)
	require.Contains(t, got, "::error file=executor/errgroup.go,line=41,title=Watertight%3A bounds what")
	require.Contains(t, got, "at /go/pkg/mod/golang.org/x/sync@v0.24.0/errgroup/errgroup.go:78")
}

func TestSARIFIsAboutTheCandidateOnly(t *testing.T) {
	var log logRead
	require.NoError(t, json.Unmarshal([]byte(rendered(t, SARIF, fixtures.Full(30))), &log))
	require.Empty(t, log.Runs[0].Results)
	require.NotNil(t, log.Runs[0].Results, "an empty list says that nothing was found, none that nobody looked")
}

func TestSARIFTellsWhatCouldNotBeJudged(t *testing.T) {
	r := fixtures.Full(3)
	unknown := &r.Cells[4].Verdict.Clauses[2]
	require.Equal(t, r.After, r.Cells[4].Observation.Executor)
	unknown.Status, unknown.Reason = scenarios.Unknown, "the timers were late"
	r.Partial = "interrupted"
	var log logRead
	text := rendered(t, SARIF, r)
	require.NoError(t, sariftest.Check(text))
	require.NoError(t, json.Unmarshal([]byte(text), &log))
	require.Empty(t, log.Runs[0].Results)
	invocation := log.Runs[0].Invocations[0]
	require.False(t, invocation.Successful)
	require.Len(t, invocation.Notifications, 2)
	require.Contains(t, invocation.Notifications[1].Message.Text, "could not be judged by clause 3 (partial success) in scenario-00: got the timers were late")
}

// Each reason for an unsuccessful run is enough by itself.
func TestSARIFIsNoSuccessWhereNothingCouldBeJudged(t *testing.T) {
	unknown, partial, brokenPartial := fixtures.Full(3), fixtures.Full(3), fixtures.Broken()
	unknown.Cells[4].Verdict.Clauses[2].Status = scenarios.Unknown
	partial.Partial, brokenPartial.Partial = "interrupted", "interrupted"
	for name, c := range map[string]struct {
		r    *reports.Report
		want bool
	}{"all well": {fixtures.Full(3), true}, "broken": {fixtures.Broken(), true}, "unknown": {unknown, false}, "partial": {partial, false}, "broken and partial": {brokenPartial, false}} {
		require.Equal(t, c.want, newInvocation(c.r).Successful, name)
	}
}
