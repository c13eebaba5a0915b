package versions

import (
	"cmp"
	"math"
	"slices"

	"github.com/watertight-go/watertight/suite"
)

// How steady a test must be, and how much must change, for a change of what it
// allocates to be told. Two runs of one version differ by 0.2 % in the median.
const (
	// steadyShare and steadyLeast bound how far the runs of a version are apart.
	steadyShare = 0.01
	steadyLeast = 20.0
	// changedShare is the least change, in which the runs of the two versions must not
	// overlap.
	changedShare = 0.05
	// changedObjects and changedBytes are the least changes that are worth a line.
	changedObjects = 50.0
	changedBytes   = 4096.0
	// leastRuns is the number of runs that a version needs.
	leastRuns = 3
)

// allocations are the tests that allocate more or less than before.
func (j *judge) allocations() (all []suite.Allocation) {
	for _, t := range j.tests() {
		b, a := j.before.tests[t], j.after.tests[t]
		if j.differs(t) != "" || len(b) < leastRuns || len(a) < leastRuns {
			continue
		}
		objects, ok := unit(b, a, func(x *suite.Allocated) uint64 { return x.Objects })
		bytes, _ := unit(b, a, func(x *suite.Allocated) uint64 { return x.Bytes })
		if ok && (objects.changed(changedObjects) || bytes.changed(changedBytes)) {
			all = append(all, suite.Allocation{TestName: j.named(t),
				Before: suite.Allocated{Objects: uint64(objects.before.middle()), Bytes: uint64(bytes.before.middle())},
				After:  suite.Allocated{Objects: uint64(objects.after.middle()), Bytes: uint64(bytes.after.middle())}})
		}
	}
	slices.SortStableFunc(all, func(a, b suite.Allocation) int { return cmp.Compare(share(b), share(a)) })
	return all
}

// share is how much the number of objects has changed, as a logarithm.
func share(a suite.Allocation) float64 {
	return math.Abs(math.Log(float64(a.After.Objects+1) / float64(a.Before.Objects+1)))
}

// series are the values of some runs, in order.
type series []float64

func (s series) middle() float64 { return s[len(s)/2] }
func (s series) least() float64  { return s[0] }
func (s series) most() float64   { return s[len(s)-1] }
func (s series) steady() bool {
	return s.most()-s.least() <= max(steadyLeast, steadyShare*s.middle())
}

// values are those of one unit in two versions.
type values struct{ before, after series }

// unit reads one unit; false where a run has none.
func unit(before, after []did, of func(*suite.Allocated) uint64) (v values, ok bool) {
	for i, d := range slices.Concat(before, after) {
		if d.allocated == nil {
			return values{}, false
		}
		to := &v.before
		if i >= len(before) {
			to = &v.after
		}
		*to = append(*to, float64(of(d.allocated)))
	}
	slices.Sort(v.before)
	slices.Sort(v.after)
	return v, true
}

// changed reports whether both versions are steady and far enough apart.
func (v values) changed(least float64) bool {
	b, a := v.before, v.after
	apart := a.least() > b.most() || b.least() > a.most()
	by := math.Abs(a.middle() - b.middle())
	return b.steady() && a.steady() && apart && by >= max(least, changedShare*b.middle())
}
