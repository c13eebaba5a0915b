package versions

import (
	"slices"
	"time"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/suite"
)

// laterSettle is how long goroutines are given to end from the second run on. What is
// left then counts only where the test left it after the longer time that a run alone
// has.
const laterSettle = 2 * time.Second

// settleLater is how long they are given in a run that is not the first. Where a leak
// shows only after that, all runs wait as long as the first one: else it seems to come and go.
func (c *comparison) settleLater(first time.Duration) time.Duration {
	if c.late || first != 0 && first < laterSettle {
		return first
	}
	return laterSettle
}

// waitsFor is by how much a check exceeds the time for goroutines to end, for one that
// sleeps.
const waitsFor = 3

// hasLate reports whether a test left what became stuck only after the time that a later
// run would wait: the goroutine had slept.
func hasLate(o suite.Observation) bool {
	late := func(r *leak.Report) bool {
		return r != nil && r.Settled > waitsFor*laterSettle && slices.ContainsFunc(r.Findings, func(f leak.Finding) bool { return f.Class == leak.Proven })
	}
	return slices.ContainsFunc(o.Packages, func(p suite.Package) bool {
		return slices.ContainsFunc(p.Tests, func(t suite.Test) bool { return late(t.Left) || late(t.Alone) })
	})
}
