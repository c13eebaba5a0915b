package service

import (
	"fmt"
	"math"
	"time"

	"github.com/watertight-go/watertight/internal/format"
	"github.com/watertight-go/watertight/service/load"
)

// rows are the measures of all versions.
func rows(sides []judged, plan Plan) []Row {
	all := []Row{
		decided(measureOf(Goroutines, Hanging), "per request", sides, leftAt(Hanging)),
		decided(measureOf(Goroutines, Released), "per request", sides, leftAt(Released)),
		decided(measureOf(Descriptors, Hanging), "per request", sides, descriptorsAt(Hanging)),
		decided(measureOf(Descriptors, Released), "per request", sides, descriptorsAt(Released)),
		decided(measureOf(Heap, Released), "bytes per request", sides, heapLeft),
		decided("survives the faults", "", sides, survival),
		decided("ends on SIGTERM", "", sides, ending),
		answers("answers in the warm-up", sides, func(s SideRun) []load.Result { return []load.Result{s.Warm} }, good),
		answers("answers after the faults", sides, func(s SideRun) []load.Result { return s.Recoveries }, good),
		answers("answers under faults", sides, func(s SideRun) []load.Result { return s.Loads }, answered),
	}
	leftByFix(&all[0], &all[1])
	leftByFix(&all[2], &all[3])
	return append(all, latency("median latency of patient clients", sides, plan, func(l load.Latency) time.Duration { return l.P50 }),
		latency("99th percentile of patient clients", sides, plan, func(l load.Latency) time.Duration { return l.P99 }))
}

// measureOf is the name of the row of what is left.
func measureOf(k Kind, s Stage) string { return string(k) + " left " + string(s) }

// leftByFix compares what is left for good with what the version before left while its
// upstream hung: where a fix leaves at most half as much, it is better, although it may
// leave for good what was left until then.
func leftByFix(hanging, good *Row) {
	if good.Word != Broken || hanging.Values[0].Grade != Failing || good.Values[1].Number > hanging.Values[0].Number/2 {
		return
	}
	good.Word = Better
	good.Why = fmt.Sprintf("the version before left %s while its upstream hung", hanging.Values[0].Text)
}

// decided is a row that each version passes or fails by itself.
func decided(measure, unit string, sides []judged, value func(judged) Value) Row {
	r := Row{Measure: measure, Unit: unit, Decides: true}
	for _, s := range sides {
		v := value(s)
		if v.Grade == InOrder && !s.whole {
			v = Value{Text: "?", Grade: Unclear}
		}
		r.Values = append(r.Values, v)
	}
	r.Word = word(r.Values)
	return r
}

// word compares the values of a row.
func word(values []Value) Word {
	last := values[len(values)-1]
	if len(values) == 1 {
		return map[Grade]Word{InOrder: OK, Failing: Fails, Unclear: Unknown, Ungraded: Shown}[last.Grade]
	}
	first := values[0]
	switch {
	case first.Grade == Unclear || last.Grade == Unclear:
		return Unknown
	case first.Grade == Failing && last.Grade == Failing:
		if last.Number <= first.Number/2 {
			return Better
		}
		return StillFailing
	case first.Grade == Failing:
		return Fixed
	case last.Grade == Failing:
		return Broken
	}
	return Same
}

// leftAt is how many goroutines are left at a stage.
func leftAt(stage Stage) func(judged) Value {
	return func(j judged) Value {
		left, leaks, rest := 0.0, false, 0.0
		for _, g := range j.goroutines[stage] {
			if g.leaks() {
				left, leaks = left+g.perRequest(), true
			} else {
				rest += sum(g.rounds) / max(sum(g.requests), 1)
			}
		}
		return graded(left, leaks, rest)
	}
}

func descriptorsAt(stage Stage) func(judged) Value {
	return func(j judged) Value {
		g := j.descriptors[stage]
		if g.rounds == nil && j.whole {
			return Value{Text: "not counted", Grade: Ungraded}
		}
		if g.rounds == nil {
			return Value{Text: "?", Grade: Unclear}
		}
		return graded(g.perRequest(), g.leaks(), sum(g.rounds)/max(sum(g.requests), 1))
	}
}

// graded is a number of things for each request: left by leaks, or else the rest.
func graded(left float64, leaks bool, rest float64) Value {
	if !leaks {
		rest = math.Max(rest, 0)
		return Value{Text: number(rest), Number: rest, Grade: InOrder}
	}
	return Value{Text: number(left), Number: left, Grade: Failing}
}

func number(v float64) string {
	switch {
	case v == 0:
		return "0"
	case v < 0.095:
		return fmt.Sprintf("%.3f", v)
	case v < 9.5:
		return fmt.Sprintf("%.2f", v)
	}
	return fmt.Sprintf("%.1f", v)
}

func heapLeft(j judged) Value {
	if j.whole && j.heap == nil {
		return Value{Text: "not measured", Grade: Ungraded}
	}
	left, leaks := 0.0, false
	for _, g := range j.heap {
		if g.leaksBytes() {
			left, leaks = left+g.perRequest(), true
		}
	}
	v := Value{Text: format.Size(left), Number: left, Grade: InOrder}
	if leaks {
		v.Grade = Failing
	}
	return v
}
