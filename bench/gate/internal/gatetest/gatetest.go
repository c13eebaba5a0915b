// Package gatetest makes reports and samples for the tests of the gate.
package gatetest

import (
	"math/rand/v2"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/scenarios"
)

// Report is the report of the executor "mine" in the scenarios "normal" and
// "partial", with its costs. Nothing is wrong in it.
func Report() *reports.Report {
	r := &reports.Report{Schema: reports.Schema, Tool: "stress test", Created: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC),
		Environment: reports.Environment{Go: "go1.27.4", OS: "linux", Arch: "amd64", CPU: "Example", Cores: 2},
		After:       "mine", Executors: []reports.Executor{{Name: "mine"}}}
	for _, name := range []string{"normal", "partial"} {
		r.Scenarios = append(r.Scenarios, reports.Scenario{Name: name})
		o := scenarios.Observation{Executor: "mine", Scenario: name}
		o.Left.Inspected, o.Released.Inspected = true, true
		v := scenarios.Verdict{Executor: "mine", Scenario: name}
		for _, clause := range []executor.Clause{1, 3, 5} {
			v.Clauses = append(v.Clauses, scenarios.ClauseResult{Clause: clause, Status: scenarios.Pass})
		}
		r.Cells = append(r.Cells, scenarios.Cell{Observation: o, Verdict: v})
	}
	r.Bench = []reports.Cost{{Executor: "mine", Agents: 5, Requests: 1000, Allocs: 12, AllocBytes: 1424, RetainedBytes: 10,
		Times: []reports.Timing{Timing(1, 0, 2), Timing(2, 0, 2)}}}
	return r
}

// Timing is a batch of 20 samples. Their ratio to the floor is around the one
// given.
func Timing(procs, batch int, ratio float64) reports.Timing {
	t := reports.Timing{Procs: procs, Batch: batch}
	for _, v := range Samples(uint64(10*procs+batch), 20, ratio, .02) {
		t.Call, t.Floor = append(t.Call, 1000*v), append(t.Floor, 1000)
	}
	return t
}

// Samples are n normally distributed samples around center. spread is the
// standard deviation as a part of center.
func Samples(seed uint64, n int, center, spread float64) []float64 {
	r := rand.New(rand.NewPCG(seed, 1))
	samples := make([]float64, n)
	for i := range samples {
		samples[i] = center * (1 + spread*r.NormFloat64())
	}
	return samples
}
