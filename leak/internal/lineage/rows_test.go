package lineage

import (
	"fmt"
	"strings"
	"testing"

	"github.com/watertight-go/watertight/leak/internal/require"
	"github.com/watertight-go/watertight/leak/internal/stack"
)

// world are the tests of these cases: the parent TestP on goroutine 40, TestOld, which
// ended before, TestBad, which reported goroutine 30, and TestA on goroutine 50. Then
// came TestB at the same time as TestA, and TestA/s, a subtest. Goroutine 8 was there before
// TestA, and ran no function, goroutine 20 ran one of TestA's and 21 one of TestOld's.
func world() *Test {
	var all Tests
	all.Begin("TestOld", "test", "p.TestOld", 39, nil)
	all.Begin("TestP", "test", "p.TestP", 40, nil)
	bad := all.Begin("TestBad", "test", "p.TestBad", 41, nil)
	for running := range all.running {
		if running.name != "TestP" {
			all.End(running)
		}
	}
	all.Failed(bad, []uint64{30}, nil)
	a := all.Begin("TestA", "test", "p.TestA", 50, nil)
	all.Begin("TestB", "test", "p.TestB", 60, []*Test{a})
	all.Begin("TestA/s", "test", "p.TestA.func1", 70, nil)
	for range 2 { // two subtests of one function, at the same time
		s := all.Begin("TestA/t", "test", "p.TestA.func2", 71, nil)
		all.Begin("TestA/t#01", "test", "p.TestA.func2", 72, []*Test{s})
	}
	a.owned[49] = struct{}{}
	return a
}

var before = &Before{goroutines: map[uint64]then{
	1: {}, 8: {}, 20: {function: "p.TestA.func7"}, 21: {function: "p.TestOld.func7"}, 30: {},
}}

// TestRows holds each row of the package's table to a goroutine that it decides about,
// and to one that a later row would decide otherwise.
func TestRows(t *testing.T) {
	const own, running, ended, failed, sub = "TestA#4", "TestB#5", "TestOld#1", "TestBad#3", "TestA/s#6"
	for _, c := range []struct {
		name   string
		label  string
		stack  []string
		by     string
		id     uint64
		others others
		want   Ownership
	}{
		{"1: code of a test beside", "", []string{"p.TestB.func1"}, "pool in 99", 9, none, Foreign},
		{"1 before 2: with its label", own, []string{"p.TestB.func1", "pool"}, "pool in 50", 9, none, Foreign},
		{"2: its label", own, nil, "f in 99", 9, none, Owned},
		{"2 before 12: its label, created by one of before", own, nil, "f in 8", 9, none, Owned},
		{"2 before 11: its label, running another test as a helper", own, []string{"p.TestOld.func1"}, "p.TestOld in 50", 9, none, Owned},
		{"3: a timer's callback", "", []string{"p.TestA.func1.1"}, "time.goFunc", 9, ran, Foreign},
		{"3: its closure", "", []string{"p.TestA.func3"}, "time.goFunc", 9, ran, Owned},
		{"3: created by its closure", "", []string{"helper"}, "p.TestA.func3 in 99", 9, ran, Owned},
		{"3: its range function", "", []string{"p.TestA-range1.1"}, "time.goFunc", 9, ran, Owned},
		{"3: a go statement with arguments", "", []string{"p.TestA.gowrap1"}, "time.goFunc", 9, ran, Owned},
		{"3: inlined into it", "", []string{"p.TestA.helper.func1"}, "time.goFunc", 9, ran, Owned},
		{"3: no part of it, but of one with a longer name", "", []string{"p.TestAll.func1"}, "time.goFunc", 9, ran, Foreign},
		{"3 before 4: in a worker with another's label", running, []string{"p.TestA.func3", "pool"}, "pool in 99", 9, none, Hosted},
		{"3 before 7: in a worker that was there before", "", []string{"p.TestA.func3", "pool"}, "pool in 99", 8, none, Hosted},
		{"3: the same, of a test that has ended", ended, []string{"p.TestA.func3", "pool"}, "pool in 99", 8, none, Hosted},
		{"3: in its own worker", "", []string{"p.TestA.func3", "pool"}, "pool in 50", 9, none, Owned},
		{"3: left from an earlier run", "", []string{"p.TestA.func3"}, "p.TestA in 99", 20, none, Foreign},
		{"3: a worker that ran another test's", "", []string{"p.TestA.func3", "pool"}, "pool in 99", 21, none, Hosted},
		{"3: what parallel subtests have in common", "", []string{"p.TestA.func2.1"}, "time.goFunc", 9, ran, Owned},
		{"4: the same, with the label of one", sub, []string{"p.TestA.func2.1"}, "f in 99", 9, none, Foreign},
		{"4: another's label", running, nil, "f in 99", 9, none, Foreign},
		{"4 before 5: another's label, and known", running, nil, "f in 99", 49, none, Foreign},
		{"4 before 6: another's label, where nothing else runs", running, nil, "f in 99", 9, claims, Foreign},
		{"4 before 8: another's label, created by the test", running, nil, "f in 50", 9, none, Foreign},
		{"4: of a test that has reported leaks", failed, nil, "f in 99", 9, none, Foreign},
		{"4: of a test that has ended, which does not count", ended, nil, "f in 99", 9, none, Presumed},
		{"5: known", "", nil, "f in 99", 49, none, Owned},
		{"6: nothing else runs", "", nil, "f in 99", 9, claims, Owned},
		{"6 before 12: created by one of before", "", nil, "f in 8", 9, claims, Owned},
		{"7: was there before", "", nil, "f in 99", 8, none, Foreign},
		{"8: created by the test", "", nil, "f in 50", 9, none, Owned},
		{"8: in two steps", "", nil, "f in 7", 9, none, Owned},
		{"8: by a subtest without a check", "", nil, "f in 51", 9, none, Owned},
		{"8: created by one that was known and has ended", "", nil, "f in 49", 9, none, Owned},
		{"8 before 11: created by the test", "", []string{"p.TestOld.func1"}, "p.TestOld in 50", 9, none, Owned},
		{"9: created by one that was reported", "", nil, "f in 30", 9, none, Foreign},
		{"10: created by another test", "", nil, "f in 61", 9, none, Foreign},
		{"11: a timer's callback of another test", "", []string{"p.TestOld.func1"}, "time.goFunc", 9, none, Foreign},
		{"11: of a test without a check", "", []string{"p.TestNew.func1"}, "time.goFunc", 9, none, Foreign},
		{"11: no test, but a method of a type", "", []string{"p.TestServer.Serve"}, "f in 99", 9, none, Presumed},
		{"11: what TestMain has started is no test", "", []string{"p.TestMain.func1.1"}, "p.TestMain.func1 in 8", 9, none, Older},
		{"11: the parent's code tells nothing", "", []string{"p.TestA.func8"}, "time.goFunc", 9, asSubtest, Presumed},
		{"12: created by one of before", "", nil, "f in 8", 9, none, Older},
		{"12: in two steps", "", nil, "f in 10", 9, none, Older},
		{"12: created by the main goroutine", "", nil, "f in 1", 9, none, Older},
		{"13: its creator has ended", "", nil, "f in 99", 9, none, Presumed},
		{"13: no creator told", "", nil, "f", 9, none, Presumed},
		{"14: created by one of before", "", nil, "f in 8", 9, ran, Unattributed},
		{"14: its creator has ended", "", nil, "f in 99", 9, ran, Unattributed},
		{"14: a circle, which cannot be", "", nil, "f in 15", 9, ran, Unattributed},
		{"14: code that siblings have in common", "", []string{"p.TestA.func2.1"}, "time.goFunc", 9, asParallel, Unattributed},
	} {
		test := world()
		switch c.others {
		case asSubtest, asParallel:
			function := map[others]string{asSubtest: "p.TestA.func1", asParallel: "p.TestA.func2"}[c.others]
			for running := range test.tests.running {
				if running.function == function {
					test = running
				}
			}
		}
		test.NoOtherRan(before)
		test.Learn()
		switch c.others {
		case ran:
			test.OtherRan()
		case claims:
			test.ClaimRest()
		}
		require.Equal(t, c.want, decide(test, c.id, c.label, body(c.stack, c.by)), c.name)
	}
}

// others says what runs beside the test.
type others string

const (
	none       others = "none"
	ran        others = "another ran"
	claims     others = "nothing else runs"
	asSubtest  others = "asked for a subtest"
	asParallel others = "asked for one of two subtests with the same function"
)

// body writes that of a goroutine's record.
func body(frames []string, by string) string {
	var b strings.Builder
	for _, f := range append(frames, "entry") {
		file := "/pool.go"
		if strings.Contains(f, "Test") {
			file = "/x_test.go"
		}
		if f != "entry" || len(frames) == 0 {
			fmt.Fprintf(&b, "%s(0x1)\n\t%s:3 +0x4\n", f, file)
		}
	}
	by, creator, ok := strings.Cut(by, " in ")
	if ok {
		creator = " in goroutine " + creator
	}
	fmt.Fprintf(&b, "created by %s%s\n\t/x_test.go:2 +0x2\n", by, creator)
	return b.String()
}

// decide asks for one goroutine as package inspect does, beside others of the world.
func decide(test *Test, id uint64, label, text string) Ownership {
	var h stack.Header
	if label != "" {
		h.Labels = []stack.Label{{Key: "test", Value: label}, {Key: "other", Value: "TestA#4"}}
	}
	w := test.Hear(id, test.SignOf(h), []byte(text))
	if whose := test.Claim(w); whose != Unattributed {
		return whose
	}
	l := NewLineages(9)
	for id, by := range map[uint64]string{
		7: "f in 50", 8: "f in 99", 10: "f in 8", 15: "f in 16", 16: "f in 15", 30: "f in 99", 49: "f in 99",
		40: "testing.(*T).Run in 1", 50: "testing.(*T).Run in 1", 51: "testing.(*T).Run in 50", 61: "testing.(*T).Run in 1",
	} {
		l.Add(id, []byte(body(nil, by)))
	}
	l.Add(id, []byte(text))
	whose, _ := test.Trace(w, l)
	return whose
}
