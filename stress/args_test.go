package stress

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/exhibits"
	"github.com/watertight-go/watertight/internal/loads"
	"github.com/watertight-go/watertight/reports"
)

func TestShortFlags(t *testing.T) {
	for _, args := range [][]string{{"-o", "x=y"}, {"-o=x=y"}, {"--out=x=y"}, {"-out", "x=y"}} {
		c, _, err := parse(append([]string{"baseline"}, args...), io.Discard)
		require.NoError(t, err)
		require.Equal(t, "x=y", c.Baseline.Out, "%q", args)
	}
}

func TestFlagsInBothSpellings(t *testing.T) {
	for _, args := range [][]string{
		{"run", "-requests", "7", "-out", "-odd", "-timeout=5s"},
		{"run", "--requests", "7", "--out", "-odd", "--timeout=5s"},
		{"-requests=7", "--out=-odd", "-timeout", "5s"},
	} {
		c, command, err := parse(args, &bytes.Buffer{})
		require.NoError(t, err, args)
		require.Equal(t, "run", command)
		require.Equal(t, 7, c.Run.Requests)
		require.Equal(t, "-odd", c.Run.Out)
		require.Equal(t, 5*time.Second, c.Run.Timeout)
		require.Equal(t, defaultAgents, c.Run.Agents)
	}
}

func TestReportFileMayLookLikeAFlag(t *testing.T) {
	c, command, err := parse([]string{"report", "-format", "json", "--", "-x.json"}, &bytes.Buffer{})
	require.NoError(t, err)
	require.Equal(t, "report", command)
	require.Equal(t, "-x.json", c.Report.File)
}

func TestColored(t *testing.T) {
	for _, tt := range []struct {
		when     string
		terminal bool
		noColor  string
		want     bool
	}{
		{"auto", true, "", true},
		{"auto", true, "1", false},
		{"auto", false, "", false},
		{"always", false, "1", true},
		{"never", true, "", false},
	} {
		require.Equal(t, tt.want, colored(tt.when, tt.terminal, tt.noColor), tt)
	}
}

func specs(names ...string) []executor.Spec {
	var all []executor.Spec
	for _, n := range names {
		all = append(all, executor.Spec{Name: n, New: exhibits.NewWaitGroup})
	}
	return all
}

func executorNames(p *plan) []string {
	var all []string
	for _, x := range p.executors {
		all = append(all, x.Name)
	}
	return all
}

func TestPlanExecutors(t *testing.T) {
	// Somebody's own executors: the first and the last stand in.
	p, err := newPlan(&runArgs{Requests: 1, Agents: 1}, specs("mine", "other", "theirs"))
	require.NoError(t, err)
	require.Equal(t, []string{"mine", "other", "theirs"}, executorNames(p))

	p, err = newPlan(&runArgs{Requests: 1, Agents: 1, Before: "reference", After: "errgroup", Executors: "detached"}, exhibits.Specs())
	require.NoError(t, err)
	require.Equal(t, []string{"reference", "detached", "errgroup"}, executorNames(p))
}

func TestPlanCells(t *testing.T) {
	a := &runArgs{Requests: 100, Agents: 5, RaceBinary: "x"}
	p, err := newPlan(a, exhibits.Specs())
	require.NoError(t, err)
	count := map[string]int{}
	for _, c := range append(p.together, p.alone...) {
		key := c.Scenario
		if c.Race || c.Kind == kindHeap {
			key = c.String()[len(c.Executor)+1:]
		}
		count[key]++
	}
	for name, want := range map[string]int{
		"normal": 5, "concurrent": 5, "concurrent (race)": 5, loads.Accumulation: 5, loads.Accumulation + " (heap)": 5,
		loads.Sequential: 5, loads.Timeline: 5, loads.MaxInFlight: 1, "blocking-syscall": 2, loads.ClientMemory: 1,
	} {
		require.Equal(t, want, count[name], name)
	}

	a.RaceBinary, a.Scenarios = "", "accum*-seq*,concurrent"
	p, err = newPlan(a, exhibits.Specs())
	require.NoError(t, err)
	require.Len(t, p.rows, 2)
	require.Empty(t, p.alone, "no race cells without a race binary")
	require.Len(t, p.together, 10)
}

// A report that cannot be written whole leaves the earlier one as it was.
func TestOutputIsWholeOrNotAtAll(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "latest")
	first := &reports.Report{Schema: reports.Schema, Tool: "first"}
	o, err := newOutput(dir)
	require.NoError(t, err)
	require.NoError(t, o.publish(first))
	o, err = newOutput(dir)
	require.NoError(t, err)
	require.NoError(t, os.Mkdir(filepath.Join(o.temp, "junit.xml"), 0o700)) // it cannot be written now
	require.Error(t, o.publish(&reports.Report{Schema: reports.Schema, Tool: "second"}))
	o.discard()
	r, err := reports.Load(filepath.Join(dir, reportFile))
	require.NoError(t, err)
	require.Equal(t, "first", r.Tool)

	file := filepath.Join(t.TempDir(), "result")
	require.NoError(t, os.Mkdir(file+".tmp", 0o700))
	require.Error(t, writeResult(file, result{}))
	require.NoFileExists(t, file)
}

// Executors are told apart by their names, and none is run in place of another.
func TestSpecsAreChecked(t *testing.T) {
	for want, all := range map[string][]executor.Spec{
		`got two executors named "mine", want each name once`: specs("mine", "other", "mine"),
		`got "mine" alone, want two or more`:                  specs("mine"),
		`New`:                                                 {{Name: "none"}, {Name: "other", New: exhibits.NewWaitGroup}},
	} {
		for _, command := range []string{"run", "gate"} {
			if command == "gate" && len(all) == 1 {
				continue // one will do
			}
			var out, said strings.Builder
			code := Run(t.Context(), []string{command, "-scenarios", "normal"}, &out, &said, all...)
			require.Equal(t, ExitTrouble, code)
			require.Contains(t, said.String(), want, command)
			require.Empty(t, out.String())
		}
	}
}

// Without its detector a race cell would find no race for sure.
func TestRaceCellsWantARaceBinary(t *testing.T) {
	if raceBuild {
		t.Skip("this binary has the race detector")
	}
	c := cell{Kind: kindScenario, Executor: "mine", Scenario: "normal", Race: true}
	_, err := c.observe(t.Context(), specs("mine"))
	require.ErrorContains(t, err, "built with -race")
}

func TestOutputReplacesOnlyReports(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "latest")
	o, err := newOutput(dir)
	require.NoError(t, err)
	require.NoDirExists(t, dir, "nothing is there before the report is whole")
	o.discard()
	left, err := os.ReadDir(filepath.Dir(dir))
	require.NoError(t, err)
	require.Empty(t, left)

	o, err = newOutput(dir)
	require.NoError(t, err)
	// Somebody's work came into the folder while the run went on.
	require.NoError(t, os.MkdirAll(dir, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "thesis.txt"), []byte("x"), 0o600))
	require.ErrorContains(t, o.commit(), "thesis.txt")
	require.FileExists(t, filepath.Join(dir, "thesis.txt"))
	o.discard()
}
