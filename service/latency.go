package service

import (
	"math"
	"time"

	"github.com/watertight-go/watertight/internal/format"
	"github.com/watertight-go/watertight/service/load"
)

// Two latencies are alike up to this factor, or this difference.
const (
	alikeFactor = 1.25
	alikeTime   = 5 * time.Millisecond
)

// latency is a percentile of the patient clients in the last round. It decides nothing:
// how fast a service gives up is its own choice.
func latency(measure string, sides []judged, plan Plan, of func(load.Latency) time.Duration) Row {
	r := Row{Measure: measure, Unit: "seconds", Word: Shown}
	known := true
	for _, s := range sides {
		v, ok := latencyOf(s, plan, of)
		known = known && ok
		r.Values = append(r.Values, v)
	}
	if len(sides) < 2 {
		return r
	}
	switch {
	case !known:
		r.Word = Unknown
	case alike(r.Values[0].Number, r.Values[1].Number):
		r.Word = Same
	default:
		r.Word = Changed
	}
	return r
}

// latencyOf is a percentile. Of clients that gave up it is only known to be longer.
func latencyOf(j judged, plan Plan, of func(load.Latency) time.Duration) (Value, bool) {
	if len(j.Loads) == 0 {
		return Value{Text: "?", Grade: Ungraded}, false
	}
	l := patient(j.Loads[len(j.Loads)-1]).Latency
	if l.Count == 0 {
		return Value{Text: "?", Grade: Ungraded}, false
	}
	d := of(l)
	v := Value{Text: format.Duration(d), Number: d.Seconds(), Grade: Ungraded}
	if l.Bounded > 0 && d >= plan.Patience*99/100 {
		v.Text = "> " + format.Duration(plan.Patience)
	}
	return v, true
}

func alike(a, b float64) bool {
	return math.Abs(a-b) <= alikeTime.Seconds() || max(a, b) <= alikeFactor*min(a, b)
}
