package main

import (
	"fmt"
	"slices"

	"github.com/watertight-go/watertight/internal/accuracy/goker/witness"
	"github.com/watertight-go/watertight/internal/accuracy/taxonomy"
	"github.com/watertight-go/watertight/internal/accuracy/trial"
)

// The numbers that package leak must reach on the kernels of GoKer in Go 1.27:
// kernels with at least one site found, and sites of Go's own list.
const (
	wantKernels = 60
	ofKernels   = 63
	wantSites   = 103
	ofSites     = 110
)

// group is the cases of one kind that are run in one way: once, or in rounds.
type group struct {
	title  string
	kind   taxonomy.Kind
	rounds bool
}

var groups = []group{
	{"leaks that one run shows", taxonomy.Leak, false},
	{"innocents that one run shows", taxonomy.Innocent, false},
	{"leaks that only rounds show", taxonomy.Leak, true},
	{"innocents that only rounds show", taxonomy.Innocent, true},
}

// of returns the group's cases.
func (g group) of(r *Result) []Case {
	return slices.DeleteFunc(slices.Clone(r.Cases), func(c Case) bool { return c.Kind != g.kind || c.Rounds != g.rounds })
}

// ours are the ways in which package leak is called.
var ours = []trial.Checker{trial.Check, trial.Find, trial.Repeat}

// right reports whether all answers of the checkers are right, and whether any
// answer was judged.
func (c Case) right(checkers ...trial.Checker) (right, judged bool) {
	right = true
	for _, j := range checkers {
		if a, ok := c.Answers[j]; ok && a.Verdict != trial.NotJudged {
			judged = true
			right = right && a.Verdict == trial.Right
		}
	}
	return right && judged, judged
}

// count counts the cases with right answers, and returns the others.
func count(cases []Case, checkers ...trial.Checker) (right int, wrong, unjudged []Case) {
	for _, c := range cases {
		switch ok, judged := c.right(checkers...); {
		case !judged:
			unjudged = append(unjudged, c)
		case ok:
			right++
		default:
			wrong = append(wrong, c)
		}
	}
	return right, wrong, unjudged
}

// kernelTotals sums up what a witness found in all kernels.
type kernelTotals struct {
	kernels, sites, unexpected, runs, trouble int
}

func (r *Result) kernelTotals(who string) kernelTotals {
	var t kernelTotals
	for _, k := range r.Kernels {
		f := k.By[who]
		t.runs += f.Runs
		t.sites += f.Sites
		t.unexpected += len(f.Unexpected)
		t.trouble += len(f.Trouble)
		if f.Hits > 0 {
			t.kernels++
		}
	}
	return t
}

func (r *Result) listedSites() (n int) {
	for _, k := range r.Kernels {
		n += k.Sites
	}
	return n
}

// faults lists every wrong answer of package leak.
func (r *Result) faults() []string {
	var faults []string
	_, wrong, _ := count(r.Cases, ours...)
	for _, c := range wrong {
		for _, j := range ours {
			if a := c.Answers[j]; a.Verdict == trial.Wrong {
				faults = append(faults, fmt.Sprintf("%s (%s) under %s: %s", c.Name, c.Kind, j, a.Why))
			}
		}
	}
	for _, k := range r.Kernels {
		f := k.By[witness.Leak]
		for _, text := range f.Unexpected {
			faults = append(faults, fmt.Sprintf("kernel %s: unexpected report: %s", k.Name, text))
		}
		// Go's test leaves one kernel out, because it can crash.
		for _, text := range f.Trouble {
			if !k.Listed {
				break
			}
			faults = append(faults, fmt.Sprintf("kernel %s: no answer: %s", k.Name, text))
		}
		for _, text := range k.Unproven {
			faults = append(faults, fmt.Sprintf("kernel %s: the bare profile proves what leak does not: %s", k.Name, text))
		}
	}
	// The required numbers are those of the whole list of one Go version.
	if len(r.Kernels) == ofKernels && r.listedSites() == ofSites {
		t := r.kernelTotals(witness.Leak)
		if t.kernels < wantKernels {
			faults = append(faults, fmt.Sprintf("kernels: found %d of %d, want %d", t.kernels, ofKernels, wantKernels))
		}
		if t.sites < wantSites {
			faults = append(faults, fmt.Sprintf("sites: found %d of %d, want %d", t.sites, ofSites, wantSites))
		}
	}
	return faults
}
