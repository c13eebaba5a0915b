package versions

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/suite"
)

// What a package starts once is blamed on the test that comes first. Where another test
// comes first in the other version, the test runs alone.
func TestCompareStartedOnce(t *testing.T) {
	f := finding("example.com/m/p.loop", "example.com/m/p.New")
	before := same(test("TestB", f), test("TestC"))
	after := same(test("TestA", f), test("TestB"), test("TestC"))
	var ran []string
	alone := func(left ...leak.Finding) runAlone {
		return func(v version, name suite.TestName) sight {
			require.Equal(t, later, v)
			ran = append(ran, name.Test)
			return *seen(sideOf(run(test(name.Test, left...))))
		}
	}
	require.Equal(t, []string{"stays example.com/m/p.loop TestB", "not comparable example.com/m/p.loop TestA"}, verdicts(compare(before, after, alone(f))))
	require.Equal(t, []string{"fixed example.com/m/p.loop TestB", "not comparable example.com/m/p.loop TestA"}, verdicts(compare(before, after, alone())))
	require.Equal(t, []string{"TestB", "TestB"}, ran)
	compare(before, same(test("TestB"), test("TestC")), alone())
	require.Len(t, ran, 2, "there was nothing to doubt")
}

// Nothing is fixed or new where the test that would tell could not run alone.
func TestCompareStartedOnceNotRun(t *testing.T) {
	f := finding("example.com/m/p.loop", "example.com/m/p.New")
	before, after := same(test("TestB", f)), same(test("TestA", f), test("TestB"))
	notEnded, unchecked := test("TestB"), test("TestB")
	notEnded.Outcome, unchecked.Checked = suite.NotEnded, false
	for name, s := range map[string]sight{"not": {}, "not to its end": *seen(sideOf(run(notEnded))), "without a check": *seen(sideOf(run(unchecked)))} {
		r := compare(before, after, func(version, suite.TestName) sight { return s })
		require.Equal(t, []string{"not comparable example.com/m/p.loop TestA", "not comparable example.com/m/p.loop TestB"}, slices.Sorted(slices.Values(verdicts(r))), name)
	}
	var many, fewer []suite.Test
	for i := range mostDoubts + 1 {
		many = append(many, test(fmt.Sprintf("TestB%02d", i), f))
		fewer = append(fewer, test(fmt.Sprintf("TestB%02d", i)))
	}
	ran := 0
	r := compare(same(many...), same(append(fewer, test("TestA", f))...), func(_ version, name suite.TestName) sight {
		ran++
		return *seen(sideOf(run(test(name.Test))))
	})
	require.Equal(t, mostDoubts, ran)
	require.Len(t, r.Failing(), 0)
	require.Contains(t, strings.Join(verdicts(r), "\n"), "not comparable example.com/m/p.loop TestB20")
}
