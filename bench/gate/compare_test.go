package gate

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/scenarios"
)

// run is the report of one executor in two scenarios, with its costs.
func run() *reports.Report {
	r := &reports.Report{Schema: reports.Schema, Tool: "stress test", Created: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC),
		Environment: reports.Environment{Go: "go1.27.4", OS: "linux", Arch: "amd64", CPU: "Example", Cores: 2},
		After:       "mine", Executors: []reports.Named{{Name: "mine"}}}
	for _, name := range []string{"normal", "partial"} {
		r.Scenarios = append(r.Scenarios, reports.Row{Name: name})
		o := scenarios.Observation{Executor: "mine", Scenario: name}
		o.Left.Looked, o.Released.Looked = true, true
		v := scenarios.Verdict{Executor: "mine", Scenario: name}
		for _, clause := range []executor.Clause{1, 3, 5} {
			v.Clauses = append(v.Clauses, scenarios.ClauseResult{Clause: clause, Status: scenarios.Pass})
		}
		r.Cells = append(r.Cells, reports.Cell{Observation: o, Verdict: v})
	}
	r.Bench = []reports.Cost{{Executor: "mine", Agents: 5, Requests: 1000, Allocs: 12, AllocBytes: 1424, RetainedBytes: 10,
		Times: []reports.Timing{timing(1, 0, 2), timing(2, 0, 2)}}}
	return r
}

// timing is a batch whose ratio to the floor is around the one given.
func timing(procs, batch int, ratio float64) reports.Timing {
	t := reports.Timing{Procs: procs, Batch: batch}
	for _, v := range normal(uint64(10*procs+batch), 20, ratio, .02) {
		t.Call, t.Floor = append(t.Call, 1000*v), append(t.Floor, 1000)
	}
	return t
}

func slowed(r *reports.Report, batches ...int) {
	r.Bench[0].Times = []reports.Timing{timing(2, 0, 2)}
	for _, b := range batches {
		r.Bench[0].Times = append(r.Bench[0].Times, timing(1, b, 2.6))
	}
}

func accepted(t *testing.T) *Baseline {
	t.Helper()
	sets, err := Accept(run())
	require.NoError(t, err)
	b := &Baseline{}
	b.Put(sets...)
	data, err := b.Encode()
	require.NoError(t, err)
	again, err := Decode(data)
	require.NoError(t, err)
	require.Equal(t, b, again, "what was written is what is read")
	return again
}

func TestSameRunPasses(t *testing.T) {
	got, err := Compare(accepted(t), run(), Options{})
	require.NoError(t, err)
	require.Equal(t, len(got.Rows), got.Count(OK), "%+v", got.Rows)
	require.Len(t, got.Rows, 2*6+5+2)
	require.Empty(t, got.Warnings)
	require.Zero(t, got.ExitCode(Strict))
}

func TestEachChangeIsNamed(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*reports.Report)
		row    string
		want   Status
		exit   int
		strict int
	}{
		{"a clause is broken", func(r *reports.Report) { r.Cells[1].Verdict.Clauses[1].Status = scenarios.Fail }, "mine/partial/clause-3", Worse, 1, 1},
		{"a clause cannot be judged", func(r *reports.Report) { r.Cells[1].Verdict.Clauses[1].Status = scenarios.Unknown }, "mine/partial/clause-3", Unknown, 2, 2},
		{"a clause is no longer claimed", func(r *reports.Report) { r.Cells[1].Verdict.Clauses[1].Status = scenarios.NotApplicable }, "mine/partial/clause-3", Missing, 2, 2},
		{"a clause is not put to the test", func(r *reports.Report) { r.Cells[1].Verdict.Clauses = r.Cells[1].Verdict.Clauses[:2] }, "mine/partial/clause-5", Missing, 2, 2},
		{"a clause more", func(r *reports.Report) {
			r.Cells[0].Verdict.Clauses = append(r.Cells[0].Verdict.Clauses, scenarios.ClauseResult{Clause: 7, Status: scenarios.Pass})
		}, "mine/normal/clause-7", New, 0, 2},
		{"a goroutine is left", func(r *reports.Report) { r.Cells[0].Observation.Left.ByExecutor = 1 }, "mine/normal/goroutines", Worse, 1, 1},
		{"a goroutine stays", func(r *reports.Report) { r.Cells[0].Observation.Released.ByAgent = 1 }, "mine/normal/released-goroutines", Worse, 1, 1},
		{"a descriptor is left", func(r *reports.Report) { r.Cells[0].Observation.Released.Leak.Descriptors = 1 }, "mine/normal/descriptors", Worse, 1, 1},
		{"nobody looked", func(r *reports.Report) { r.Cells[0].Observation.Left.Looked = false }, "mine/normal/goroutines", Unknown, 2, 2},
		{"a scenario is gone", func(r *reports.Report) { r.Cells = r.Cells[:1] }, "mine/partial", Missing, 2, 2},
		{"a scenario was renamed", func(r *reports.Report) { r.Cells[1].Observation.Scenario = "half" }, "mine/half", New, 2, 2},
		{"a new scenario is broken", func(r *reports.Report) {
			c := r.Cells[0]
			c.Observation.Scenario = "new"
			c.Verdict.Clauses = []scenarios.ClauseResult{{Clause: 1, Status: scenarios.Fail}}
			r.Cells = append(r.Cells, c)
		}, "mine/new/clause-1", Worse, 1, 1},
		{"one allocation more", func(r *reports.Report) { r.Bench[0].Allocs = 13 }, "mine/agents=5/allocs", Worse, 1, 1},
		{"a third of an allocation more", func(r *reports.Report) { r.Bench[0].Allocs = 12.3 }, "mine/agents=5/allocs", OK, 0, 0},
		{"one allocation less", func(r *reports.Report) { r.Bench[0].Allocs = 11 }, "mine/agents=5/allocs", Better, 0, 0},
		{"more bytes", func(r *reports.Report) { r.Bench[0].AllocBytes = 1600 }, "mine/agents=5/alloc-bytes", Worse, 1, 1},
		{"a goroutine in a request", func(r *reports.Report) { r.Bench[0].Goroutines = 1 }, "mine/agents=5/goroutines", Worse, 1, 1},
		{"a descriptor in ten requests", func(r *reports.Report) { r.Bench[0].Descriptors = .1 }, "mine/agents=5/descriptors", Worse, 1, 1},
		{"descriptors not counted", func(r *reports.Report) { r.Bench[0].NoDescriptors = "no way" }, "mine/agents=5/descriptors", Unsure, 0, 2},
		{"1 kB retained", func(r *reports.Report) { r.Bench[0].RetainedBytes = 1024 }, "mine/agents=5/retained-bytes", Worse, 1, 1},
		{"NaN", func(r *reports.Report) { r.Bench[0].Allocs = math.NaN() }, "mine/agents=5/allocs", Unknown, 2, 2},
		{"slower", func(r *reports.Report) { slowed(r, 0, 1) }, "mine/agents=5/procs=1/time", Worse, 1, 1},
		{"slower, not confirmed", func(r *reports.Report) { slowed(r, 0) }, "mine/agents=5/procs=1/time", Unsure, 0, 2},
		{"few samples", func(r *reports.Report) {
			r.Bench[0].Times[0].Call, r.Bench[0].Times[0].Floor = r.Bench[0].Times[0].Call[:9], r.Bench[0].Times[0].Floor[:9]
		}, "mine/agents=5/procs=1/time", Unknown, 2, 2},
		{"a floor of zero", func(r *reports.Report) { r.Bench[0].Times[0].Floor[3] = 0 }, "mine/agents=5/procs=1/time", Unknown, 2, 2},
		{"NaN in time", func(r *reports.Report) { r.Bench[0].Times[0].Call[3] = math.NaN() }, "mine/agents=5/procs=1/time", Unknown, 2, 2},
		{"costs could not be measured", func(r *reports.Report) { r.Bench[0].Trouble = "it died" }, "mine/agents=5", Unknown, 2, 2},
		{"time is not measured", func(r *reports.Report) { r.Bench[0].Times = nil }, "mine/agents=5/procs=1/time", Missing, 2, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := run()
			tt.change(r)
			got, err := Compare(accepted(t), r, Options{})
			require.NoError(t, err)
			row := got.find(tt.row)
			require.NotNil(t, row, "%+v", got.Rows)
			require.Equal(t, tt.want, row.Status, "%+v", row)
			require.Equal(t, tt.exit, got.ExitCode(Lenient))
			require.Equal(t, tt.strict, got.ExitCode(Strict))
			var out strings.Builder
			require.NoError(t, got.Render(&out, RenderOptions{}))
			if tt.want != OK {
				require.Contains(t, out.String(), tt.row)
			}
			require.Equal(t, tt.exit != 0, !strings.Contains(out.String(), "Passed"))
		})
	}
}

func TestAcceptedFailureMayStay(t *testing.T) {
	broken := run()
	broken.Cells[1].Verdict.Clauses[1].Status = scenarios.Fail
	sets, err := Accept(broken)
	require.NoError(t, err)
	b := &Baseline{Sets: sets}
	got, err := Compare(b, broken, Options{})
	require.NoError(t, err)
	require.Zero(t, got.ExitCode(Strict))
	got, err = Compare(b, run(), Options{})
	require.NoError(t, err)
	require.Equal(t, Better, got.find("mine/partial/clause-3").Status)
}

func TestOtherBuildsAreRefused(t *testing.T) {
	for name, change := range map[string]func(*reports.Report){
		"go1.26":     func(r *reports.Report) { r.Environment.Go = "go1.26.8" },
		"windows":    func(r *reports.Report) { r.Environment.OS = "windows" },
		"arm64":      func(r *reports.Report) { r.Environment.Arch = "arm64" },
		"with -race": func(r *reports.Report) { r.Environment.RaceBuild = true },
		"Go version": func(r *reports.Report) { r.Environment.Go = "gc" },
		"cut short":  func(r *reports.Report) { r.Partial = "interrupted" },
		"without rows": func(r *reports.Report) {
			r.Cells, r.Bench = nil, nil
		},
	} {
		r := run()
		change(r)
		_, err := Compare(accepted(t), r, Options{})
		require.ErrorContains(t, err, name)
	}
	_, err := Compare(accepted(t), nil, Options{})
	require.Error(t, err)
}

func TestRaceCellsHaveRowsOfTheirOwn(t *testing.T) {
	raced := run()
	c := raced.Cells[0]
	c.Observation.Race = true
	raced.Cells = append(raced.Cells, c)
	// A quick run has none, so a baseline of one has none: they are new.
	got, err := Compare(accepted(t), raced, Options{})
	require.NoError(t, err)
	require.Equal(t, 1, got.Count(New))
	require.Zero(t, got.ExitCode(Lenient))
	require.Equal(t, 2, got.ExitCode(Strict))
	broken := run()
	c.Verdict.Clauses = []scenarios.ClauseResult{{Clause: 3, Status: scenarios.Fail}}
	broken.Cells = append(broken.Cells, c)
	got, err = Compare(accepted(t), broken, Options{})
	require.NoError(t, err)
	require.Equal(t, 1, got.ExitCode(Lenient), "nobody has accepted what they break")

	sets, err := Accept(raced)
	require.NoError(t, err)
	require.Len(t, sets, 2)
	b := &Baseline{}
	b.Put(sets...)
	got, err = Compare(b, raced, Options{})
	require.NoError(t, err)
	require.Zero(t, got.ExitCode(Strict))
	got, err = Compare(b, run(), Options{})
	require.NoError(t, err)
	require.Contains(t, strings.Join(got.Warnings, " "), "with -race were not measured")
	require.Equal(t, 2, got.ExitCode(Strict))
}

func TestAnotherMachineIsNamed(t *testing.T) {
	r := run()
	r.Environment.Cores = 64
	slowed(r, 0, 1)
	got, err := Compare(accepted(t), r, Options{})
	require.NoError(t, err)
	require.Equal(t, OK, got.find("mine/agents=5/procs=1/time").Status, "+30 % may be the machine's")
	require.Contains(t, strings.Join(got.Warnings, " "), "another machine (Example, 2 cores; here Example, 64 cores)")
	require.Equal(t, 2, got.ExitCode(Strict))
	// A processor without a name may be any.
	nameless := accepted(t)
	nameless.Sets[0].Machine.CPU = ""
	r.Environment.CPU, r.Environment.Cores = "", 2
	got, err = Compare(nameless, r, Options{})
	require.NoError(t, err)
	require.Contains(t, strings.Join(got.Warnings, " "), "another machine")
	r.Environment.CPU, r.Environment.Cores = "Example", 64
	// Twice as slow is more than machines differ by.
	r.Bench[0].Times = []reports.Timing{timing(1, 0, 4), timing(1, 1, 4), timing(2, 0, 2)}
	got, err = Compare(accepted(t), r, Options{})
	require.NoError(t, err)
	require.Equal(t, 1, got.ExitCode(Lenient))
}

// A threshold of none at all is not the default.
func TestThresholdOfNone(t *testing.T) {
	r := run()
	r.Bench[0].Times = []reports.Timing{timing(1, 0, 2.2), timing(1, 1, 2.2), timing(2, 0, 2)}
	for threshold, want := range map[float64]Status{0: OK, -1: Worse} {
		got, err := Compare(accepted(t), r, Options{Threshold: threshold})
		require.NoError(t, err)
		require.Equal(t, want, got.find("mine/agents=5/procs=1/time").Status, "threshold %v", threshold)
	}
}

// A batch that there cannot be, in a report that was not read from a file.
func TestUnknownBatchIsNoSample(t *testing.T) {
	r := run()
	r.Bench[0].Times = []reports.Timing{timing(1, 2, 2), timing(2, 0, 2)}
	got, err := Compare(accepted(t), r, Options{})
	require.NoError(t, err)
	require.Equal(t, Unknown, got.find("mine/agents=5/procs=1/time").Status)
}

func TestFigures(t *testing.T) {
	for v, want := range map[float64]string{12: "12", 12.5: "12.5", 3003.25: "3003.25", 3008.0006: "3008.001", 0.0004: "0"} {
		require.Equal(t, want, figure(v))
	}
}

func TestKindsThatAreLeftOutAreNamed(t *testing.T) {
	r := run()
	r.Bench = nil
	got, err := Compare(accepted(t), r, Options{Measure: []Kind{Cells}})
	require.NoError(t, err)
	require.Zero(t, got.ExitCode(Strict))
	require.Len(t, got.LeftOut, 2)
	var out strings.Builder
	require.NoError(t, got.Render(&out, RenderOptions{}))
	require.Contains(t, out.String(), "2 rows of the baseline's times were left out")
}
