package service

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/watertight-go/watertight/internal/format"
	"github.com/watertight-go/watertight/service/load"
)

// The share of answers below which the version after is broken, where the one before was
// above enough.
const (
	enoughAnswers = 0.99
	fewerAnswers  = 0.05
)

// patientClient is the client whose answers and latencies are compared: others leave early.
const patientClient = "patient"

// answers is the share of patient clients that got an answer, in one part of the run. It
// fails only beside a better version before: where each round has fewer answers, or the last
// one less than half as many.
func answers(measure string, sides []judged, of func(SideRun) []load.Result, counts func(load.ClientResult) int) Row {
	r := Row{Measure: measure, Unit: "share", Word: Shown}
	var shares [][]float64
	for _, s := range sides {
		each := sharesOf(of(s.SideRun), counts)
		x := Value{Text: "?", Grade: Ungraded}
		if len(each) > 0 {
			x.Number = sum(each) / float64(len(each))
			x.Text = fmt.Sprintf("%.0f %%", 100*x.Number)
		}
		r.Values, shares = append(r.Values, x), append(shares, each)
	}
	if len(sides) == 2 {
		late := max(latest(of(sides[0].SideRun)), latest(of(sides[1].SideRun)))
		r.compareAnswers(shares[0], shares[1], late)
	}
	return r
}

// compareAnswers gives the row its word. late is how late requests started at most: where the
// machine was too busy, a difference says nothing.
func (r *Row) compareAnswers(before, after []float64, late time.Duration) {
	first, last := r.Values[0].Number, &r.Values[1]
	switch {
	case len(before) == 0 || len(after) == 0:
		r.Word = Unknown
	case first >= enoughAnswers && fewer(first, after):
		r.Word, r.Decides, last.Grade = Broken, true, Failing
	case last.Number >= enoughAnswers && first < last.Number-fewerAnswers:
		r.Word = Fixed
	case math.Abs(last.Number-first) > fewerAnswers:
		r.Word = Changed
	default:
		r.Word = Same
	}
	if late > mostLate && r.Word != Same && r.Word != Unknown {
		r.Word, r.Why = Unknown, lateness(late)
		if r.Decides {
			last.Grade = Unclear
		}
	}
}

// fewer reports whether each round had fewer answers, or the last one less than half as many.
func fewer(before float64, after []float64) bool {
	return slices.Max(after) < before-fewerAnswers || after[len(after)-1] < before/2
}

// mostLate is how late requests may start. Later, the machine is too busy to tell how fast
// the service answers.
const mostLate = 100 * time.Millisecond

// latest is how late requests started at most.
func latest(all []load.Result) (late time.Duration) {
	for _, r := range all {
		late = max(late, r.Late)
	}
	return late
}

func lateness(late time.Duration) string {
	return fmt.Sprintf("requests started up to %s late, since the machine was busy", format.Duration(late))
}

// sharesOf are the shares of patient clients that count, for each load that had any.
func sharesOf(all []load.Result, counts func(load.ClientResult) int) (shares []float64) {
	for _, r := range all {
		if c := patient(r); c.Sent > 0 {
			shares = append(shares, float64(counts(c))/float64(c.Sent))
		}
	}
	return shares
}

// answered is how many clients got any answer, good how many got one without an error.
func answered(c load.ClientResult) int { return c.Answered }

func good(c load.ClientResult) (n int) {
	for status, count := range c.Status {
		if isGood(status) {
			n += count
		}
	}
	return n
}

// isGood reports whether a status, of HTTP or of gRPC, is no error.
func isGood(status string) bool { return status < "400" || status == "OK" }

// patient is what the patient clients saw; nothing where there were none.
func patient(r load.Result) load.ClientResult {
	for _, c := range r.Clients {
		if c.Client == patientClient {
			return c
		}
	}
	return load.ClientResult{}
}

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
	late := max(latest(lastOf(sides[0].Loads)), latest(lastOf(sides[1].Loads)))
	switch {
	case !known:
		r.Word = Unknown
	case late > mostLate:
		r.Word, r.Why = Unknown, lateness(late)
	case alike(r.Values[0].Number, r.Values[1].Number):
		r.Word = Same
	default:
		r.Word = Changed
	}
	return r
}

// latencyOf is a percentile. Of clients that gave up it is only known to be longer.
func latencyOf(j judged, plan Plan, of func(load.Latency) time.Duration) (Value, bool) {
	var l load.Latency
	for _, r := range lastOf(j.Loads) {
		l = patient(r).Latency
	}
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

// lastOf is the last load, if there is one.
func lastOf(all []load.Result) []load.Result { return all[max(len(all)-1, 0):] }
