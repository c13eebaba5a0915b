package versions

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/suite"
)

// onlyAfter is said of what the earlier version does not have.
const onlyAfter = "exists only after"

// incomparable says why nothing can be said of a test, or of what was left after all
// tests of a package; empty where it can be.
func (j *judge) incomparable(test suite.TestName) string {
	if test.Test != "" {
		return j.differs(test)
	}
	for _, t := range j.testsOf(test.Package) {
		if why := j.differs(t); why != "" {
			return "its tests differ: " + t.Test + " " + why
		}
	}
	return ""
}

// testsOf are the tests of a package in both versions.
func (j *judge) testsOf(pkg string) (all []suite.TestName) {
	for _, t := range j.tests() {
		if t.Package == pkg {
			all = append(all, t)
		}
	}
	return all
}

// tests are those of both versions.
func (j *judge) tests() []suite.TestName {
	all := maps.Clone(j.before.tests)
	maps.Copy(all, j.after.tests)
	return slices.SortedFunc(maps.Keys(all), func(a, b suite.TestName) int {
		return cmp.Or(cmp.Compare(a.Package, b.Package), cmp.Compare(a.Test, b.Test))
	})
}

// differs says how a test did not run to the same end in all runs; empty where it did.
func (j *judge) differs(test suite.TestName) string {
	b, a := j.before.tests[test], j.after.tests[test]
	switch {
	case j.before.packages[test.Package] != "":
		return "did not run before: " + firstLine(j.before.packages[test.Package])
	case j.after.packages[test.Package] != "":
		return "did not run after: " + firstLine(j.after.packages[test.Package])
	case len(b) == 0:
		return onlyAfter
	case len(a) == 0:
		return "exists only before"
	case len(b) < j.before.runs || len(a) < j.after.runs:
		return "did not start in all runs"
	}
	first := b[0]
	for _, d := range slices.Concat(b, a) {
		if !d.checked || d.outcome == suite.NotEnded || d.outcome != first.outcome {
			return fmt.Sprintf("%s before, %s after", outcomes(b), outcomes(a))
		}
	}
	return ""
}

// outcomes say how a test ended in its runs: once where it was the same way.
func outcomes(all []did) string {
	var words []string
	for _, d := range all {
		word := map[suite.Outcome]string{suite.Passed: "passed", suite.Failed: "failed", suite.Skipped: "was skipped", suite.NotEnded: "did not end"}[d.outcome]
		if !d.checked {
			word = "was not checked"
		}
		words = append(words, word)
	}
	slices.Sort(words)
	return strings.Join(slices.Compact(words), " or ")
}

// notCompared are the tests of which nothing can be said. A package whose tests did not
// run is named once.
func (j *judge) notCompared() (all []suite.NotCompared) {
	whole := map[string]bool{}
	for _, pkg := range j.packages() {
		if why := j.missing(pkg); why != "" {
			whole[pkg] = true
			all = append(all, suite.NotCompared{TestName: j.named(suite.TestName{Package: pkg}), Why: why, Leaks: j.leaksIn(pkg)})
		}
	}
	for _, t := range j.tests() {
		if why := j.differs(t); why != "" && !whole[t.Package] && !(why == onlyAfter && j.isJudged(t)) {
			all = append(all, suite.NotCompared{TestName: j.named(t), Why: why, Leaks: leaks(j.before.tests[t]) || leaks(j.after.tests[t])})
		}
	}
	return all
}

// isJudged reports whether a test has leaks, and each has a verdict.
func (j *judge) isJudged(t suite.TestName) bool {
	var has bool
	for _, l := range j.leaks {
		if l.test == t {
			if l.verdict == suite.NotComparable {
				return false
			}
			has = true
		}
	}
	return has
}

// packages are those of both versions.
func (j *judge) packages() []string {
	all := maps.Clone(j.before.packages)
	maps.Copy(all, j.after.packages)
	return slices.Sorted(maps.Keys(all))
}

// missing says why a package as a whole cannot be compared.
func (j *judge) missing(pkg string) string {
	before, inBefore := j.before.packages[pkg]
	after, inAfter := j.after.packages[pkg]
	switch {
	case before != "":
		return "did not run before: " + firstLine(before)
	case after != "":
		return "did not run after: " + firstLine(after)
	case !inBefore:
		return onlyAfter
	case !inAfter:
		return "exists only before"
	}
	return ""
}

func (j *judge) leaksIn(pkg string) bool {
	return slices.ContainsFunc(j.leaks, func(l *judged) bool { return l.test.Package == pkg })
}

func leaks(all []did) bool { return slices.ContainsFunc(all, func(d did) bool { return d.leaks }) }

// named is a test with the whole path of its package.
func (j *judge) named(t suite.TestName) suite.TestName {
	module := j.after.module
	if _, ok := j.after.packages[t.Package]; !ok {
		module = j.before.module
	}
	if rest, ok := strings.CutPrefix(t.Package, "."); ok {
		t.Package = module + rest
	}
	return t
}

// firstLine is the first line of a message that says something: builds begin with the
// name of the package.
func firstLine(text string) string {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			return line
		}
	}
	return strings.TrimSpace(text)
}
