package versions

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/suite"
)

// mostDoubts bounds how many tests run again, alone.
const mostDoubts = 20

// doubt is a leak that one version shows by this test, and the other by another test of
// the package. What a package starts once is blamed on the test that comes first. So the
// test has to run alone in the version that does not show it.
type doubt struct {
	*judged
	// in is the version that does not show it.
	in version
}

// version is one of the two.
type version int

const (
	earlier version = iota
	later
)

// doubts are those among what seems fixed or new.
func (j *judge) doubts() (all []doubt) {
	for _, l := range j.leaks {
		switch {
		case l.test.Test == "":
		case l.verdict == suite.Fixed && j.after.showsElsewhere(l.key):
			all = append(all, doubt{l, later})
		case l.verdict == suite.New && j.before.showsElsewhere(l.key):
			all = append(all, doubt{l, earlier})
		}
	}
	return all
}

// showsElsewhere reports whether another test of the package shows the place.
func (s *sight) showsElsewhere(k key) bool {
	for other := range s.leaks {
		if other.place == k.place && other.test.Package == k.test.Package {
			return true
		}
	}
	return false
}

// runAlone says what a test of a version leaves where it runs alone. The sight is empty
// where it could not run.
type runAlone func(version, suite.TestName) sight

// settle decides the doubts. Nothing is fixed or new on the strength of a test that did
// not run.
func (j *judge) settle(alone runAlone) {
	for i, d := range j.doubts() {
		var s sight
		if i < mostDoubts {
			s = alone(d.in, d.test)
		}
		switch {
		case s.leaks[d.key] != nil:
			d.verdict, d.why = suite.Stays, "where the test runs alone; beside others, the first test to start it is blamed"
		case !s.saw(d.test):
			d.verdict, d.why = suite.NotComparable, "another test shows it in one version, and this one could not run alone there"
		}
	}
}

// saw reports whether a test ran to its end under a check.
func (s sight) saw(test suite.TestName) bool {
	return slices.ContainsFunc(s.tests[test], func(d did) bool { return d.checked && d.outcome != suite.NotEnded && d.outcome != suite.NotRun })
}

// alone runs a test alone.
func (c *comparison) alone(ctx context.Context) runAlone {
	return func(v version, test suite.TestName) sight {
		s := c.both()[v]
		o := c.optionsOf(s)
		o.Packages, o.Confirmed = s.full([]string{test.Package}), nil
		o.Flags = slices.DeleteFunc(o.Flags, func(f string) bool { return strings.HasPrefix(f, "-run=") || strings.HasPrefix(f, "-skip=") })
		o.Flags = append(o.Flags, "-run=^"+regexp.QuoteMeta(test.Test)+"$")
		obs, err := suite.Run(ctx, o, c.progress)
		if err != nil {
			return sight{}
		}
		return *seen(suite.Side{Module: s.Module, Runs: []suite.Observation{s.relocated(obs)}})
	}
}
