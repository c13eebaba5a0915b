package service

import (
	"fmt"
	"slices"

	"github.com/watertight-go/watertight/internal/thin"
)

// Judge says what a run means. It depends on the observation alone.
func Judge(o Observation) Result {
	r := Result{Schema: Schema, Began: o.Began.UTC(), Seconds: o.Took.Seconds(), Plan: o.Plan, Partial: o.Partial, Rows: []Row{}, Findings: []Finding{}}
	var sides []judged
	for _, s := range o.Sides {
		sides = append(sides, judgeSide(s, o.Plan))
		r.Sides = append(r.Sides, summary(s))
	}
	for _, s := range sides {
		r.Notes = append(r.Notes, s.notes()...)
		r.Hints = append(r.Hints, s.hints(o.Plan)...)
	}
	if slices.ContainsFunc(o.Sides, func(s SideRun) bool { return s.Warm.Sent > 0 }) {
		r.Rows = rows(sides, o.Plan)
	}
	r.Findings = append(r.Findings, findings(sides, r.Rows)...)
	if n := len(r.Findings); n > 0 && n == countOf(r.Findings, Heap) {
		r.Hints = append(r.Hints, "A cache that is not yet full looks the same: choose it smaller than the number of requests, or more requests (-rate, -for).")
	}
	return r
}

// notes are sentences about what could not be judged.
func (j judged) notes() (all []string) {
	switch {
	case j.Trouble != "":
		return []string{fmt.Sprintf("%s could not be judged: %s", j.Name, j.Trouble)}
	case j.Died == "" && !j.whole:
		return []string{fmt.Sprintf("%s could not be judged: it did not go through all rounds", j.Name)}
	case j.Died == "" && j.sent() == 0:
		return []string{fmt.Sprintf("%s could not be judged: no request was sent", j.Name)}
	case j.Died == "" && j.refused() != "":
		return []string{fmt.Sprintf("%s could not be judged: all requests of the healthy warm-up got %s, and none reached its upstream: see -url, -method, -header and -body", j.Name, j.refused())}
	}
	return nil
}

// refusedShare is the part of errors in the warm-up that counts as all.
const refusedShare = 0.95

// refused is the error that requests got, where nearly all got one without the upstream, as
// at a wrong address; empty where that is not so.
func (s SideRun) refused() (answer string) {
	if s.Requests > 0 {
		return ""
	}
	most, bad, all := 0, 0, 0
	note := func(text string, n int) {
		bad += n
		if n > most {
			most, answer = n, text
		}
	}
	for _, c := range s.Warm.Clients {
		all += c.Sent
		for status, n := range c.Status {
			if !isGood(status) {
				note("status "+status, n)
			}
		}
		for why, n := range c.Failed {
			note("an error ("+why+")", n)
		}
	}
	if float64(bad) < refusedShare*float64(all) {
		return ""
	}
	return answer
}

// hints are sentences about what may not be as the user thinks.
func (j judged) hints(p Plan) (all []string) {
	if j.whole && j.Requests == 0 {
		all = append(all, fmt.Sprintf("%s sent nothing to the upstream: give it the address {upstream}, by -env or in its arguments.", j.Name))
	}
	for _, c := range j.Censuses {
		if c.Stage != Peak && !c.Settled {
			all = append(all, fmt.Sprintf("%s: things still fell when %q was counted.", j.Name, stageOf(c)))
		}
	}
	if j.whole && j.descriptors[Released].rounds == nil {
		all = append(all, j.Name+": descriptors could not be counted.")
	}
	if j.whole && j.heap == nil {
		all = append(all, j.Name+": memory could not be measured.")
	}
	if hint := j.recoveryHint(); hint != "" {
		all = append(all, hint)
	}
	return append(all, j.descriptorHints(p.Limit)...)
}

func countOf(all []Finding, k Kind) (n int) {
	for _, f := range all {
		if f.Kind == k {
			n++
		}
	}
	return n
}

func stageOf(c Census) string {
	if c.Stage == Baseline {
		return string(Baseline)
	}
	return fmt.Sprintf("left %s, round %d", c.Stage, c.Round)
}

// sent is how many requests were sent in all rounds.
func (s SideRun) sent() (n int) {
	for _, l := range slices.Concat(s.Loads, s.Recoveries) {
		n += l.Sent
	}
	return n
}

// mostPoints bounds a curve.
const mostPoints = 240

func summary(s SideRun) Summary {
	out := Summary{Name: s.Name, What: s.What, Version: s.Version, Root: s.Root, Sent: s.sent(), Upstream: s.Requests, Trouble: s.Trouble, Died: s.Died,
		Log: s.Log, Problems: s.Problems, Phases: s.Phases}
	for _, k := range []Kind{Goroutines, Descriptors, Heap} {
		c := Curve{Kind: k}
		for _, x := range s.Samples {
			v := map[Kind]float64{Goroutines: float64(x.Goroutines), Descriptors: float64(x.Descriptors), Heap: x.Heap}[k]
			if v >= 0 {
				c.Points = append(c.Points, Point{x.At.Seconds(), v})
			}
		}
		if c.Points = thin.Evenly(c.Points, mostPoints); len(c.Points) > 1 {
			out.Curves = append(out.Curves, c)
		}
	}
	return out
}
