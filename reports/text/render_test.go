package text

import (
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/plaintext"
	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/reports/internal/fixtures"
	"github.com/watertight-go/watertight/scenarios"
)

func terminalText(t testing.TB, r *reports.Report, opts Options) string {
	t.Helper()
	var b strings.Builder
	require.NoError(t, Terminal(&b, r, opts))
	return b.String()
}

func markdownText(t testing.TB, r *reports.Report) string {
	t.Helper()
	var b strings.Builder
	require.NoError(t, Markdown(&b, r))
	return b.String()
}

func TestTerminalFits(t *testing.T) {
	all := fixtures.All()
	all["many executors"] = manyExecutors()
	for name, r := range all {
		for _, columns := range []int{0, 1, 80, 133} {
			want := max(columns, MinWidth)
			if columns == 0 {
				want = DefaultWidth
			}
			for _, file := range []string{"", strings.Repeat("a-deep-folder/", 40) + "report.json"} {
				for i, l := range strings.Split(terminalText(t, r, Options{Width: columns, File: file}), "\n") {
					require.LessOrEqual(t, plaintext.Width(l), want, "%s at %d columns, line %d: %q", name, columns, i+1, l)
				}
			}
		}
	}
}

// manyExecutors has more columns than fit beside each other.
func manyExecutors() *reports.Report {
	r := fixtures.Full(8)
	for i := range 20 {
		name := fmt.Sprintf("executor-with-a-long-name-%02d", i)
		r.Executors = append(r.Executors, reports.Executor{Name: name})
		for _, row := range r.Scenarios {
			r.Cells = append(r.Cells, fixtures.Ordinary(name, row.Name, fixtures.Breaks["errgroup"](i)))
		}
	}
	return r
}

func TestTerminalShowsEveryExecutorOfMany(t *testing.T) {
	r := manyExecutors()
	got := terminalText(t, r, Options{})
	_, matrix, _ := strings.Cut(got, "── All scenarios")
	matrix, _, _ = strings.Cut(matrix, "── Accumulation")
	for i := range 20 {
		require.Contains(t, matrix, fmt.Sprintf("-name-%02d", i)[5:])
	}
}

func TestFortyScenariosStayShort(t *testing.T) {
	lines := strings.Count(terminalText(t, fixtures.Full(37), Options{}), "\n")
	require.LessOrEqual(t, lines, 155)
}

func TestRenderingIsDeterministic(t *testing.T) {
	for name, r := range fixtures.All() {
		text, md := terminalText(t, r, Options{Color: true}), markdownText(t, r)
		for range 5 {
			require.Equal(t, text, terminalText(t, r, Options{Color: true}), name)
			require.Equal(t, md, markdownText(t, r), name)
		}
	}
}

var ours = regexp.MustCompile("\x1b\\[(0|2|31|32|33)m")

func TestTerminalCannotBeSteered(t *testing.T) {
	for name, r := range fixtures.All() {
		plain, colored := terminalText(t, r, Options{}), terminalText(t, r, Options{Color: true})
		require.True(t, utf8.ValidString(plain), name)
		for _, c := range plain {
			require.True(t, c == '\n' || unicode.IsPrint(c), "%s: got %U", name, c)
		}
		require.Equal(t, plain, ours.ReplaceAllString(colored, ""), "%s: colour must change nothing else", name)
		if len(r.Cells) > 0 {
			require.NotEqual(t, plain, colored, name)
		}
	}
}

func TestPartialRunIsSaidFirst(t *testing.T) {
	r := fixtures.Partial()
	require.True(t, strings.HasPrefix(terminalText(t, r, Options{}), "PARTIAL RUN: interrupted: 12 of 40 cells were run\n"))
	md := strings.Split(markdownText(t, r), "\n")
	require.Equal(t, "> **PARTIAL RUN:** interrupted: 12 of 40 cells were run", md[2])
	require.NotContains(t, terminalText(t, r, Options{}), "✓", "nobody is safe yet")
}

// A verdict counts only goroutines of cells that broke a clause. What the
// reference leaves within its bound is not counted.
func TestVerdictNamesThePlace(t *testing.T) {
	got := terminalText(t, fixtures.Full(30), Options{})
	head, _, _ := strings.Cut(got, "── Compatibility")
	require.Regexp(t, `✗  waitgroup +breaks clause 1 \(returns in time\) in 13 of 33 scenarios, 6 in 13\n +300 calls never returned while watched, in 3 cells\n +leaves 1540 blocked goroutines: executor/waitgroup.go:31 ExecuteParallel\n +leaves 300 waiting goroutines: scenarios/load.go:78 launch`, head)
	require.Regexp(t, `✓  reference +keeps every clause in all 32 scenarios that it was run in\n`, head)
	require.NotContains(t, head, "reference.go")
}

// A caller of the harness is never blamed on the harness's own source. Where a
// library has the go statement, the user's own line comes first.
func TestVerdictBlamesTheUsersLine(t *testing.T) {
	r := fixtures.Broken()
	left := &r.Cells[0].Observation.Left
	require.Equal(t, "waitgroup", r.Cells[0].Observation.Executor)
	r.Cells = r.Cells[:1]
	left.Leak.Findings = []leak.Finding{
		{Class: leak.Blocked, Count: 1, CreatedBy: "github.com/watertight-go/watertight/scenarios/observe.(*cell).launch", File: "/home/someone/project/scenarios/observe/load.go", Line: 78},
		{Class: leak.Blocked, Count: 2, CreatedBy: "golang.org/x/sync/errgroup.(*Group).Go", File: "/go/pkg/mod/golang.org/x/sync@v0.24.0/errgroup/errgroup.go", Line: 93,
			Runs: "example.com/project/executor.(*fan).Run.func1", RunsFile: "/home/someone/project/executor/fan.go", RunsLine: 41},
	}
	got := terminalText(t, r, Options{Width: 200})
	require.NotContains(t, got, "load.go")
	require.Contains(t, got, "leaves 1 blocked goroutine: executor/registry.go:20: callers that wait for the executor\n")
	require.Contains(t, got, "leaves 2 blocked goroutines: executor/fan.go:41 Run.func1, created at errgroup/errgroup.go:93 Go\n")
	// Calls that never returned have a line of their own.
	r.Cells[0].Observation.Totals.Blocked = 1
	got = terminalText(t, r, Options{Width: 200})
	require.Contains(t, got, "1 call never returned while watched, in 1 cell\n")
	require.NotContains(t, got, "callers that wait")
}

// However many cells goleak differs in, the doubts need one line for it.
func TestGoleakTakesOneLine(t *testing.T) {
	r := fixtures.Full(20)
	for i := range r.Cells[:40] {
		left := &r.Cells[i].Observation.Left
		left.Goleak.Differs = fmt.Sprintf("created by dial: goleak saw %d, package leak 0", i)
		left.Leak.Allowed = []leak.Allowed{{Reason: "idle connection", Count: i}}
	}
	for _, got := range []string{terminalText(t, r, Options{Width: 200}), markdownText(t, r)} {
		require.Equal(t, 1, strings.Count(got, "goleak, "), got)
		require.Contains(t, got, "goleak, the second witness, differs in 40 of 101 inspections; allowed by package leak: idle connection (details: report.html)\n")
	}
}

func TestVerdictSaysWhatIsLost(t *testing.T) {
	r := fixtures.Full(30)
	r.Comparisons = []scenarios.Comparison{
		{Scenario: "one", Before: r.Before, After: "errgroup", Relation: scenarios.Broken},
		{Scenario: "two", Before: r.Before, After: "errgroup", Relation: scenarios.Fixed},
	}
	r.Claims = []reports.Claim{{ID: "4", Verdict: reports.DoesNotHold}, {ID: "6", Verdict: reports.Holds}}
	head, _, _ := strings.Cut(terminalText(t, r, Options{}), "── All scenarios")
	require.Contains(t, head, "BROKEN against waitgroup in 1 scenario: one")
	require.Contains(t, head, "Claims (below): does not hold: 4; holds: 6.")
}

func TestManyUnmeasuredClaimsAreOneNote(t *testing.T) {
	r := fixtures.Full(1)
	r.Claims = []reports.Claim{{ID: "1", Verdict: reports.Holds, Claim: "kept"}}
	for _, id := range []string{"2", "3", "4", "5"} {
		r.Claims = append(r.Claims, reports.Claim{ID: id, Verdict: reports.NotMeasured, Claim: "open " + id, Measured: "needs " + id})
	}
	got := terminalText(t, r, Options{})
	require.Contains(t, got, "not measured in this run: 2 (needs 2); 3 (needs 3)")
	require.NotContains(t, got, "open 2")
	r.Claims = r.Claims[:4]
	require.Contains(t, terminalText(t, r, Options{}), "open 2", "a few have a row each")
}

// Goroutines of a cell that kept the contract are not counted either, even if
// the executor breaks a clause in another cell.
func TestVerdictLeavesOutWhatIsAllowed(t *testing.T) {
	r := fixtures.Full(2)
	c := fixtures.Ordinary("errgroup", "scenario-00", nil)
	fixtures.Leave(&c.Observation.Left, "bounded", 3)
	other := fixtures.Ordinary("errgroup", "scenario-01", []executor.Clause{3})
	r.Cells = []scenarios.Cell{c, other}
	require.NotContains(t, terminalText(t, r, Options{}), "bounded.go")
	r.Cells[0].Verdict.Clauses[4].Status = scenarios.Fail
	require.Contains(t, terminalText(t, r, Options{}), "executor/bounded.go:31")
}

// Tables keep their columns, and no stored string becomes HTML.
func TestMarkdownIsEscaped(t *testing.T) {
	for name, r := range fixtures.All() {
		got := markdownText(t, r)
		columns := 0
		for _, l := range strings.Split(got, "\n") {
			for _, c := range l {
				require.True(t, unicode.IsPrint(c), "%s: got %U in %q", name, c, l)
			}
			if strings.HasPrefix(l, "    ") {
				continue // code, in which nothing is markup
			}
			require.NotRegexp(t, `<[^b!]`, l, name)
			require.NotRegexp(t, `<!-- [^-]`, l, name)
			require.NotRegexp(t, "(^|[^\\\\])(\\\\\\\\)*`", l, name)
			if !strings.HasPrefix(l, "|") {
				columns = 0
				continue
			}
			n := len(regexp.MustCompile(`\\.`).ReplaceAllString(l, "")) - len(strings.ReplaceAll(regexp.MustCompile(`\\.`).ReplaceAllString(l, ""), "|", ""))
			if columns == 0 {
				columns = n
			}
			require.Equal(t, columns, n, "%s: %q", name, l)
		}
	}
}

func TestRenderersWantAReport(t *testing.T) {
	require.ErrorContains(t, Terminal(io.Discard, nil, Options{}), "got no report")
	require.ErrorContains(t, Markdown(io.Discard, nil), "got no report")
	require.ErrorContains(t, (*reports.Report)(nil).Encode(io.Discard), "got no report")
}

func TestRenderersTellWriteErrors(t *testing.T) {
	full := fixtures.Full(3)
	for _, render := range []func(io.Writer) error{
		func(w io.Writer) error { return Terminal(w, full, Options{}) },
		func(w io.Writer) error { return Markdown(w, full) },
		func(w io.Writer) error { return full.Encode(w) },
	} {
		require.ErrorIs(t, render(fixtures.BrokenWriter{}), fixtures.ErrBroken)
	}
}
