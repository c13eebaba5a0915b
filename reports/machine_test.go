package reports

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	junitreader "github.com/joshdk/go-junit"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios"
)

// machineFormats are those that no person reads.
var machineFormats = map[string]func(io.Writer, *Report) error{
	"sarif": SARIF, "junit": JUnit, "annotations": Annotations,
}

func rendered(t testing.TB, render func(io.Writer, *Report) error, r *Report) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, render(&b, r))
	return b.String()
}

// broken is a report whose candidate is one of the exhibits.
func broken() *Report {
	r := full(30)
	r.Before, r.After = "reference", "waitgroup"
	r.Environment.Root = "/home/someone/project"
	for i := range r.Executors {
		r.Executors[i].File, r.Executors[i].Line = "/home/someone/project/executor/registry.go", 20+i
	}
	return r
}

func TestMachineFormatsAreDeterministic(t *testing.T) {
	for name, render := range machineFormats {
		for fixture, r := range fixtures() {
			require.Equal(t, rendered(t, render, r), rendered(t, render, r), "%s of %s", name, fixture)
		}
		require.ErrorContains(t, render(io.Discard, nil), "got no report")
		require.ErrorIs(t, render(brokenWriter{}, broken()), errBroken)
	}
}

func TestSARIFKeepsTheSchema(t *testing.T) {
	all := fixtures()
	all["broken"] = broken()
	for name, r := range all {
		text := rendered(t, SARIF, r)
		require.NoError(t, validSARIF(text), name)
		require.True(t, utf8.ValidString(text), name)
	}
}

// validSARIF holds a text against testdata/sarif-schema-2.1.0.json, the schema
// that OASIS published, as @microsoft/jest-sarif distributes it.
func validSARIF(text string) error {
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	schema, err := compiler.Compile("testdata/sarif-schema-2.1.0.json")
	if err != nil {
		return err
	}
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		return err
	}
	return schema.Validate(document)
}

func TestTheSchemaIsReallyHeld(t *testing.T) {
	good := rendered(t, SARIF, broken())
	for _, change := range [][2]string{
		{`"version": "2.1.0"`, `"version": "3"`},
		{`"level": "error"`, `"level": "dreadful"`},
		{`"ruleIndex"`, `"ruleNumber"`},
		{`"startLine": 31`, `"startLine": 0`},
	} {
		require.Contains(t, good, change[0])
		require.Error(t, validSARIF(strings.Replace(good, change[0], change[1], 1)), "%s", change[1])
	}
}

func TestSARIFNamesTheLineThatCreatedTheLeak(t *testing.T) {
	var log sarifLog
	require.NoError(t, json.Unmarshal([]byte(rendered(t, SARIF, broken())), &log))
	run := log.Runs[0]
	require.True(t, run.Invocations[0].Successful, "the harness could look")
	require.Equal(t, 1, run.Invocations[0].ExitCode)
	byPlace := map[string]sarifResult{}
	for _, result := range run.Results {
		at := result.Locations[0].Physical
		require.Equal(t, srcRoot, at.Artifact.Base)
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
	r := broken()
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
	var log sarifLog
	require.NoError(t, json.Unmarshal([]byte(rendered(t, SARIF, full(30))), &log))
	require.Empty(t, log.Runs[0].Results)
	require.NotNil(t, log.Runs[0].Results, "an empty list says that nothing was found, none that nobody looked")
}

func TestSARIFTellsWhatCouldNotBeJudged(t *testing.T) {
	r := full(3)
	unknown := &r.Cells[4].Verdict.Clauses[2]
	require.Equal(t, r.After, r.Cells[4].Observation.Executor)
	unknown.Status, unknown.Reason = scenarios.Unknown, "the timers were late"
	r.Partial = "interrupted"
	var log sarifLog
	text := rendered(t, SARIF, r)
	require.NoError(t, validSARIF(text))
	require.NoError(t, json.Unmarshal([]byte(text), &log))
	require.Empty(t, log.Runs[0].Results)
	invocation := log.Runs[0].Invocations[0]
	require.False(t, invocation.Successful)
	require.Len(t, invocation.Notifications, 2)
	require.Contains(t, invocation.Notifications[1].Message.Text, "could not be judged by clause 3 (partial success) in scenario-00: got the timers were late")
}

// Each of what keeps a run from being successful does so by itself.
func TestSARIFIsNoSuccessWhereNobodyCouldLook(t *testing.T) {
	unknown, partial, brokenPartial := full(3), full(3), broken()
	unknown.Cells[4].Verdict.Clauses[2].Status = scenarios.Unknown
	partial.Partial, brokenPartial.Partial = "interrupted", "interrupted"
	for name, c := range map[string]struct {
		r    *Report
		want bool
	}{"all well": {full(3), true}, "broken": {broken(), true}, "unknown": {unknown, false}, "partial": {partial, false}, "broken and partial": {brokenPartial, false}} {
		require.Equal(t, c.want, newInvocation(c.r).Successful, name)
	}
}

func TestFingerprintSurvivesEditsAbove(t *testing.T) {
	a, b := broken(), broken()
	for i := range b.Cells {
		for j := range b.Cells[i].Observation.Left.Leak.Findings {
			b.Cells[i].Observation.Left.Leak.Findings[j].Line += 7
		}
	}
	prints := func(r *Report) (all []string) {
		for _, f := range faults(r) {
			all = append(all, fingerprint(r, f))
		}
		return all
	}
	require.Equal(t, prints(a), prints(b))
	require.Len(t, set3(prints(a)), len(prints(a)), "different defects have different ones")
}

func set3(all []string) map[string]bool {
	m := map[string]bool{}
	for _, s := range all {
		m[s] = true
	}
	return m
}

func TestSiteFindsTheRepository(t *testing.T) {
	r := &Report{Environment: Environment{Root: "/src/repo", Module: "example.com/m", ModuleDir: "sub"}}
	require.Equal(t, site{"a/b.go", 3, true}, r.site("/src/repo/a/b.go", 3))
	require.Equal(t, site{"sub/a/b.go", 3, true}, r.site("example.com/m/a/b.go", 3), "built with -trimpath")
	require.Equal(t, site{"/src/repository/b.go", 3, false}, r.site("/src/repository/b.go", 3))
	r.Environment = Environment{Root: `C:\src\repo`}
	require.Equal(t, site{"a/b.go", 3, true}, r.site(`C:\src\repo\a\b.go`, 3))
	require.Equal(t, site{"/a.go", 0, false}, (&Report{}).site("/a.go", -3))
	require.Equal(t, "file:///C:/a%20b.go", fileURI("C:/a b.go"))
	require.Equal(t, "file:///a%23b.go", fileURI("/a#b.go"))
	require.Equal(t, "./a:b/c.go", fileURI("a:b/c.go"))
}

func TestJUnitIsReadByAConsumer(t *testing.T) {
	all := fixtures()
	all["broken"] = broken()
	for name, r := range all {
		text := rendered(t, JUnit, r)
		suites, err := junitreader.Ingest([]byte(text))
		require.NoError(t, err, name)
		cases := 0
		for _, s := range suites {
			cases += s.Totals.Tests
		}
		require.GreaterOrEqual(t, cases, len(r.Cells), name)
		for d := xml.NewDecoder(strings.NewReader(text)); ; {
			token, err := d.Token()
			if err == io.EOF {
				break
			}
			require.NoError(t, err, name)
			if data, ok := token.(xml.CharData); ok {
				require.NotContains(t, string(data), "\x1b", name)
			}
		}
	}
}

func TestJUnitFailsOnlyForTheCandidate(t *testing.T) {
	suites, err := junitreader.Ingest([]byte(rendered(t, JUnit, full(30))))
	require.NoError(t, err)
	require.Equal(t, "reference", suites[0].Name, "the candidate comes first")
	for _, s := range suites {
		require.Zero(t, s.Totals.Failed+s.Totals.Error, s.Name)
	}
	require.Zero(t, suites[0].Totals.Skipped)
	skipped := 0
	for _, s := range suites[1:] {
		skipped += s.Totals.Skipped
	}
	require.Positive(t, skipped, "what others break is skipped, never passed")

	suites, err = junitreader.Ingest([]byte(rendered(t, JUnit, broken())))
	require.NoError(t, err)
	require.Equal(t, "waitgroup", suites[0].Name)
	require.Equal(t, count(broken(), "waitgroup").Fail, suites[0].Totals.Failed)
}

func TestJUnitNeverPassesTheUnknown(t *testing.T) {
	r := full(3)
	r.Cells[4].Verdict.Clauses[2].Status = scenarios.Unknown
	r.Cells[9].Verdict.Clauses[2].Status = scenarios.Waived
	r.Cells[14].Verdict.Clauses = nil
	r.Partial = "interrupted"
	suites, err := junitreader.Ingest([]byte(rendered(t, JUnit, r)))
	require.NoError(t, err)
	require.Equal(t, 3, suites[0].Totals.Error, "the unknown cell, the one without clauses, and the run that is not whole")
	require.Equal(t, 1, suites[0].Totals.Skipped, "the waived one")
	r = full(3)
	r.After = "nobody"
	suites, err = junitreader.Ingest([]byte(rendered(t, JUnit, r)))
	require.NoError(t, err)
	require.Equal(t, 1, suites[0].Totals.Error, "a candidate that was not run")
}

func TestAnnotations(t *testing.T) {
	got := rendered(t, Annotations, broken())
	require.Contains(t, got, "::error file=executor/waitgroup.go,line=31,title=Watertight%3A bounds what cannot be stopped::waitgroup breaks clause 6")
	require.Contains(t, got, "::error file=executor/registry.go,line=20,title=Watertight%3A returns in time::")
	require.Contains(t, got, "::notice title=Watertight::waitgroup breaks the contract in ")
	got = rendered(t, Annotations, full(30))
	require.Equal(t, "::notice title=Watertight::reference keeps every clause that was put to the test, in 32 scenarios\n", got)
}

func TestAnnotationsOfManyFaultsSayHowManyMore(t *testing.T) {
	r := broken()
	for i := range r.Cells {
		for j := range r.Cells[i].Observation.Left.Leak.Findings {
			r.Cells[i].Observation.Left.Leak.Findings[j].Line = i
		}
	}
	got := rendered(t, Annotations, r)
	require.Equal(t, mostAnnotations, strings.Count(got, "::error "))
	require.Regexp(t, `::error title=Watertight::\d+ more of this kind are in the report`, got)
}

// No stored string begins a workflow command of its own, or ends one early.
func TestAnnotationsCannotBeInjected(t *testing.T) {
	line := regexp.MustCompile(`^::(error|warning|notice) (file=[^,:]*,)?(line=\d+,)?title=[^,:]*::.*$`)
	all := fixtures()
	all["commands"] = broken()
	for i := range all["commands"].Cells {
		c := &all["commands"].Cells[i]
		for j := range c.Verdict.Clauses {
			c.Verdict.Clauses[j].Got = "x\n::set-env name=PATH::/tmp\r\n::error::%0Afake"
		}
		for j := range c.Observation.Left.Leak.Findings {
			c.Observation.Left.Leak.Findings[j].File = "/home/someone/project/a,line=1::b%0A\n.go"
		}
	}
	for name, r := range all {
		for _, l := range strings.Split(strings.TrimSuffix(rendered(t, Annotations, r), "\n"), "\n") {
			require.Regexp(t, line, l, name)
			require.NotContains(t, strings.ReplaceAll(l, "%25", ""), "%0A", name)
			for _, c := range l {
				require.True(t, unicode.IsPrint(c), "%s: got %U", name, c)
			}
		}
	}
}

func TestUnwaivedAndAllowedAreNoFaults(t *testing.T) {
	r := full(2)
	leave(&r.Cells[4].Observation.Left, "reference", 3)
	require.Empty(t, faults(r), "goroutines within the bound are no defect")
	r.Cells[4].Verdict.Clauses[executor.BoundsStuck-1].Status = scenarios.Waived
	require.Empty(t, faults(r))
	r.Cells[4].Verdict.Clauses[executor.BoundsStuck-1].Status = scenarios.Fail
	require.NotEmpty(t, faults(r))
}
