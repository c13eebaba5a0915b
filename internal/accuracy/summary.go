package main

import (
	"fmt"
	"slices"

	"github.com/watertight-go/watertight/internal/accuracy/goker/witness"
	"github.com/watertight-go/watertight/internal/accuracy/taxonomy"
)

// The bar on the kernels of Go 1.27 and later that GoKer ships: how many
// of them, and how many of the sites in Go's own list.
const (
	wantKernels = 60
	ofKernels   = 63
	wantSites   = 103
	ofSites     = 110
)

// group are the cases of one kind that are judged in one way.
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

// of are the group's cases.
func (g group) of(r *Result) []Case {
	return slices.DeleteFunc(slices.Clone(r.Cases), func(c Case) bool { return c.Kind != g.kind || c.Rounds != g.rounds })
}

// ours are the judges of package leak.
var ours = []taxonomy.Judge{taxonomy.Check, taxonomy.Find, taxonomy.Repeat}

// right reports whether all of the judges that were asked were right, and
// whether any was.
func (c Case) right(judges ...taxonomy.Judge) (right, judged bool) {
	right = true
	for _, j := range judges {
		if a, ok := c.Answers[j]; ok && a.Verdict != taxonomy.NotJudged {
			judged = true
			right = right && a.Verdict == taxonomy.Right
		}
	}
	return right && judged, judged
}

// count is how many of the cases the judges were right about.
func count(cases []Case, judges ...taxonomy.Judge) (right int, wrong, unjudged []Case) {
	for _, c := range cases {
		switch ok, judged := c.right(judges...); {
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

// kernelTotals are what a witness found in all kernels.
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

// faults are all that package leak was wrong about; none where it was right.
func (r *Result) faults() []string {
	var faults []string
	_, wrong, _ := count(r.Cases, ours...)
	for _, c := range wrong {
		for _, j := range ours {
			if a := c.Answers[j]; a.Verdict == taxonomy.Wrong {
				faults = append(faults, fmt.Sprintf("%s (%s) under %s: %s", c.Name, c.Kind, j, a.Why))
			}
		}
	}
	for _, k := range r.Kernels {
		f := k.By[witness.Leak]
		for _, text := range f.Unexpected {
			faults = append(faults, fmt.Sprintf("kernel %s: unexpected report: %s", k.Name, text))
		}
		// The kernel that Go's test leaves out is left out because it can crash.
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
	// The bar is on all of them: a part of them, or what another Go ships, has none.
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
