package attach

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/watertight-go/watertight/attach/internal/floors"
	"github.com/watertight-go/watertight/internal/thin"
)

// Judge says what a watch means. It depends on the observation alone.
func Judge(o Observation) Result {
	r := Result{Schema: Schema, Began: o.Began.UTC(), Took: Seconds(o.Took.Seconds()), Partial: o.Partial, Findings: []Finding{}}
	var all []rise
	for _, in := range o.Instances {
		r.Instances = append(r.Instances, summary(in))
		if note := in.shortage(); note != "" {
			r.Notes = append(r.Notes, in.Name+": "+note)
		}
		for i := range in.Runs {
			all = append(all, in.Runs[i].rises(in.Name)...)
		}
	}
	r.Findings = append(r.Findings, findings(all)...)
	compareBuilds(&r, o)
	rankFindings(r.Findings)
	return r
}

// shortage says why nothing can be told of an instance; empty where something can.
func (in Instance) shortage() string {
	most := 0
	for _, run := range in.Runs {
		most = max(most, len(run.Goroutines.At))
	}
	switch {
	case most == 0:
		return strings.Join(in.Problems, "; ")
	case most < floors.Least:
		return fmt.Sprintf("could not tell: got %d profiles of one process, want %d or more: watch for longer", most, floors.Least)
	}
	for _, p := range in.Problems {
		if strings.HasPrefix(p, "stopped answering") {
			return p
		}
	}
	return ""
}

// rise is a series that an inspection accuses, in one process, or a site with proven
// goroutines.
type rise struct {
	instance, build, key string
	kind                 Kind
	site                 Site
	answer               floors.Answer
	stack                []Frame
	creator              *Frame
	proven               int64
	curve                []Point
	with                 []string
}

// rises are the series of one process that grow, joined where they rise together.
func (r *Run) rises(instance string) []rise {
	var all []rise
	for _, s := range r.Goroutines.Series {
		if x, ok := r.Goroutines.judge(r, s, Goroutines); ok {
			all = append(all, x)
		}
	}
	all = join(r.prove(all))
	for _, s := range r.Heap.Series {
		if x, ok := r.Heap.judge(r, s, Heap); ok {
			all = append(all, x)
		}
	}
	if x, ok := r.descriptors(); ok {
		x.with = onNetwork(all)
		all = append(all, x)
	}
	for i := range all {
		all[i].instance, all[i].build = instance, r.Build
		if c, ok := r.Creators[firstFunction(all[i])]; ok && all[i].kind == Goroutines {
			all[i].creator = &c
		}
	}
	return all
}

// firstFunction is the function that a goroutine began with.
func firstFunction(x rise) string {
	if len(x.stack) == 0 {
		return x.site.Function
	}
	return x.stack[len(x.stack)-1].Function
}

// judge judges a site, and where the site as a whole is not accused, its stacks.
func (t *Track) judge(r *Run, s Series, kind Kind) (rise, bool) {
	x := rise{kind: kind, key: s.Key, site: s.Site, answer: t.answer(r, s.Values), curve: curve(t.At, s.Values)}
	x.stack = t.steepest(s)
	if risen(x.answer) {
		return x, true
	}
	if len(s.Stacks) < 2 || kind != Goroutines {
		return x, false
	}
	for _, stack := range s.Stacks {
		if a := t.answer(r, stack.Values); a.Grade == floors.Leak {
			x.answer, x.stack, x.curve = a, stack.Frames, curve(t.At, stack.Values)
			return x, true
		}
	}
	return x, false
}

// risen reports whether an inspection accuses a series.
func risen(a floors.Answer) bool {
	return a.Grade == floors.Leak || a.Grade == floors.Suspected || a.Grade == floors.Unknown && a.Slope > 0
}

func (t *Track) answer(r *Run, values []float64) floors.Answer {
	s := floors.Series{Samples: samples(t.At, values), Requests: samples(r.Metrics.At, r.Metrics.Requests), Unit: t.Unit}
	return floors.Judge(s)
}

// steepest is the stack of a site that gained most between the middle and the end.
func (t *Track) steepest(s Series) []Frame {
	best, most := []Frame(nil), 0.0
	for _, stack := range s.Stacks {
		n := len(stack.Values)
		if gain := stack.Values[n-1] - stack.Values[n/2]; best == nil || gain > most {
			best, most = stack.Frames, gain
		}
	}
	return best
}

// descriptors judges the open descriptors of a process.
func (r *Run) descriptors() (rise, bool) {
	m := r.Metrics
	a := floors.Judge(floors.Series{Samples: samples(m.DescriptorsAt, m.Descriptors), Requests: samples(m.At, m.Requests)})
	x := rise{kind: Descriptors, key: "descriptors", site: Site{Function: "open descriptors of the process"}, answer: a}
	x.curve = curve(m.DescriptorsAt, m.Descriptors)
	return x, risen(a)
}

func samples(at []time.Duration, values []float64) []floors.Sample {
	var all []floors.Sample
	for i := range at {
		all = append(all, floors.Sample{At: at[i], Value: values[i]})
	}
	return all
}

// mostPoints is how many values of a curve are stored.
const mostPoints = 120

func curve(at []time.Duration, values []float64) []Point {
	var all []Point
	for i := range at {
		all = append(all, Point{Seconds(at[i].Seconds()), values[i]})
	}
	return thin.Evenly(all, mostPoints)
}

// prove adds the proven goroutines to the sites, and the sites that have only these.
func (r *Run) prove(all []rise) []rise {
	if r.Proof == nil {
		return all
	}
	for _, p := range r.Proof.Sites {
		i := slices.IndexFunc(all, func(x rise) bool { return x.key == p.Key })
		if i < 0 {
			all = append(all, rise{kind: Goroutines, key: p.Key, site: p.Site, stack: p.Frames, proven: p.Count})
			continue
		}
		all[i].proven += p.Count
	}
	return all
}

// fewValues says what was read too seldom to be judged, though goroutines were not.
func (r *Run) fewValues() (all []string) {
	if len(r.Goroutines.At) < floors.Least {
		return nil
	}
	for _, x := range []struct {
		what string
		n    int
	}{{"memory", len(r.Heap.At)}, {"descriptors", len(r.Metrics.Descriptors)}} {
		if x.n > 0 && x.n < floors.Least {
			all = append(all, fmt.Sprintf("%s cannot be judged: got %d values, want %d or more: watch for longer", x.what, x.n, floors.Least))
		}
	}
	return all
}

func summary(in Instance) Summary {
	s := Summary{Name: in.Name, Problems: in.Problems, Restarts: max(len(in.Runs)-1, 0)}
	for _, r := range in.Runs {
		if r.Build != "" && !slices.Contains(s.Builds, r.Build) {
			s.Builds = append(s.Builds, r.Build)
		}
	}
	if len(in.Runs) == 0 {
		return s
	}
	r := in.Runs[len(in.Runs)-1]
	s.Problems = append(slices.Clone(s.Problems), r.fewValues()...)
	if n := len(r.Goroutines.At); n > 0 {
		s.Polls, s.First, s.Last = n, int64(r.Goroutines.total[0]), int64(r.Goroutines.total[n-1])
		s.Interval = Seconds((r.Goroutines.At[n-1] - r.Goroutines.At[0]).Seconds() / float64(max(n-1, 1)))
	}
	s.Flames = r.flames()
	if n := len(r.Metrics.At); n > 1 {
		s.Rate = (r.Metrics.Requests[n-1] - r.Metrics.Requests[0]) / (r.Metrics.At[n-1] - r.Metrics.At[0]).Seconds()
	}
	return s
}

// rankFindings puts proven ones first, then the certain ones, then the steep ones.
func rankFindings(all []Finding) {
	slices.SortStableFunc(all, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(min(b.Proven, 1), min(a.Proven, 1)), cmp.Compare(certainty(a.Verdict), certainty(b.Verdict)),
			cmp.Compare(kindRank(a.Kind), kindRank(b.Kind)), cmp.Compare(b.PerSecond, a.PerSecond), cmp.Compare(a.Function, b.Function))
	})
}

// kindRank keeps findings apart whose slopes have different units.
func kindRank(k Kind) int { return slices.Index([]Kind{Goroutines, Descriptors, Heap}, k) }

func certainty(v Verdict) int {
	return slices.Index([]Verdict{Expired, Leak, ProvenOnly, Suspected, Unknown, Known}, v)
}
