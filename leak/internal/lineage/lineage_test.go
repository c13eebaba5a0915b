package lineage

import (
	"fmt"
	"strings"
	"testing"

	"github.com/watertight-go/watertight/leak/internal/require"
	"github.com/watertight-go/watertight/leak/internal/stack"
)

// dumpOf writes a dump of goroutines that were created as told: "7<3" is
// goroutine 7, created by 3, and "7" tells no creator. "S" before it makes it
// one of package testing.
func dumpOf(goroutines ...string) []byte {
	var b strings.Builder
	for _, g := range goroutines {
		g, system := strings.CutPrefix(g, "S")
		by := "main.f"
		if system {
			by = "testing.(*T).Run"
		}
		id, creator, ok := strings.Cut(g, "<")
		if ok {
			creator = " in goroutine " + creator
		}
		fmt.Fprintf(&b, "goroutine %s [select]:\nmain.g(0xc000)\n\t/m.go:1 +0x1\ncreated by %s%s\n\t/m.go:2 +0x2\n\n", id, by, creator)
	}
	return []byte(strings.TrimSuffix(b.String(), "\n"))
}

// never skips no goroutine.
func never(stack.Record) bool { return false }

// ofTesting skips what package testing created.
func ofTesting(r stack.Record) bool {
	return strings.HasPrefix(stack.ParseBody(r.Body).Created.Func, "testing.")
}

// TestRemaining: the test is goroutine 50.
func TestRemaining(t *testing.T) {
	long := []string{"1", "50<1"}
	for id := 100; id < 3100; id++ {
		long = append(long, fmt.Sprintf("%d<%d", id, id-1))
	}
	for _, c := range []struct {
		name string
		dump []string
		want Ownership
	}{
		{"none but its own", []string{"1", "50<1"}, Foreign},
		{"of the main goroutine", []string{"50<1", "1", "60<1", "61<60"}, Foreign},
		{"a child", []string{"1", "50<1", "7<50"}, Owned},
		{"a grandchild before its parent", []string{"8<7", "7<50", "1", "50<1"}, Owned},
		{"a child beside one that is unattributed", []string{"1", "50<1", "9<99", "7<50"}, Owned},
		{"of one that has ended", []string{"1", "50<1", "9<99"}, Unattributed},
		{"two steps from one that has ended", []string{"1", "50<1", "10<9", "9<99"}, Unattributed},
		{"no creator told", []string{"1", "50<1", "9"}, Unattributed},
		{"a subtest", []string{"1", "50<1", "S51<50"}, Foreign},
		{"a child of a subtest", []string{"1", "50<1", "S51<50", "52<51"}, Owned},
		{"a test's timer of one that has ended", []string{"1", "50<1", "S51<99"}, Foreign},
		{"a circle, which cannot be", []string{"1", "50<1", "60<61", "61<60"}, Unattributed},
		{"a long chain of one that has ended", long, Unattributed},
		{"a long chain of its own", append(long, "99<50"), Owned},
	} {
		test := NewTest(Label{}, 50)
		got, all := test.Remaining(dumpOf(c.dump...), len(c.dump), ofTesting)
		require.Equal(t, len(c.dump), all.Count(), c.name)
		require.Equal(t, c.want, got, c.name)
	}
}

// TestRemainingOfMain: a test may run on the main goroutine.
func TestRemainingOfMain(t *testing.T) {
	got, _ := NewTest(Label{}, 1).Remaining(dumpOf("1", "60<1"), 2, never)
	require.Equal(t, Owned, got)
}

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

// TestRemembers: what the test owned once is known in later dumps, though the goroutine
// has lost its label or its creator has ended since.
func TestRemembers(t *testing.T) {
	test := NewTest(Label{"test", "TestA#4"}, 50)
	require.Equal(t, Owned, decide(test, 27, "TestA#4", body(nil, "f in 99")))
	require.Equal(t, Owned, decide(test, 27, "", body(nil, "f in 99")))
	require.Equal(t, Owned, decide(test, 28, "", body(nil, "f in 27")))
	require.Equal(t, Owned, decide(test, 29, "", body(nil, "f in 28")))
}

// TestShare: what is learnt on either side is known on both, but for other tests.
func TestShare(t *testing.T) {
	test := NewTest(Label{"test", "TestA#4"}, 50)
	test.NoOtherRan(before)
	rounds := test.Share()
	rounds.OtherRan()
	require.True(t, test.Presumes())
	require.False(t, rounds.Presumes())
	require.Equal(t, Owned, decide(rounds, 27, "TestA#4", body(nil, "f in 99")))
	require.Equal(t, Owned, decide(test, 27, "", body(nil, "f in 99")))
}

// TestWholeProcess: a nil Test owns every goroutine. So does that of the process, but for
// those that were created by reported ones.
func TestWholeProcess(t *testing.T) {
	require.Equal(t, Owned, decide(nil, 9, "TestB#5", body(nil, "f in 99")))
	tests := world().tests
	for name, c := range map[string]struct {
		label, by string
		want      Ownership
	}{
		"of none":           {"", "f in 99", Owned},
		"of a reported one": {"TestBad#3", "f in 30", Reported},
		"whose creator has ended, of such a test": {"TestBad#3", "f in 99", Reported},
		"of a test without leaks":                 {"TestOld#1", "f in 99", Owned},
	} {
		require.Equal(t, c.want, decide(tests.Process("test"), 9, c.label, body(nil, c.by)), name)
	}
	tests.Failed(world(), []uint64{31}, []uint64{9})
	require.Equal(t, Owned, decide(tests.Process("test"), 9, "TestBad#3", body(nil, "f in 99")), "spared by its check")
	require.True(t, (&Tests{}).Process("test").OfProcess())
}

// TestTraceOrder: creators may come after those they created.
func TestTraceOrder(t *testing.T) {
	l := NewLineages(5)
	for id, by := range map[uint64]string{4: "f in 3", 9: "f in 8", 3: "f in 2", 2: "f in 50", 5: "f"} {
		l.Add(id, []byte(body(nil, by)))
	}
	test := NewTest(Label{}, 50)
	var owned []uint64
	for _, id := range []uint64{4, 9, 3, 2, 5} {
		if whose, _ := test.Trace(Witness{ID: id}, l); whose == Owned {
			owned = append(owned, id)
		}
	}
	require.Equal(t, []uint64{4, 3, 2}, owned)
}

// TestCalledByTesting: which function is the test's, by the stack of a check.
func TestCalledByTesting(t *testing.T) {
	const check = "m/leak.Check p.helper "
	for stack, want := range map[string]string{
		check + "p.TestX testing.tRunner runtime.goexit":                                                        "p.TestX",
		check + "p.TestX.func1 testing.tRunner runtime.goexit":                                                  "p.TestX.func1",
		check + "p.each.func1 testing.tRunner runtime.goexit":                                                   "p.each.func1",
		check + "p.(*S).TestM reflect.Value.call reflect.Value.Call m/suite.Run.func1 testing.tRunner":          "p.(*S).TestM",
		check + "p.(*S).SetupTest m/suite.Run.func1 testing.tRunner":                                            "m/suite.Run.func1",
		check + "reflect.Value.call reflect.Value.Call p.TestX testing.tRunner":                                 "p.TestX",
		check + "p.FuzzX.func1 reflect.Value.call reflect.Value.Call testing.(*F).Fuzz.func1.1 testing.tRunner": "p.FuzzX.func1",
		check + "p.BenchmarkX testing.(*B).runN testing.(*B).run1.func1 runtime.goexit":                         "p.BenchmarkX",
		check + "p.TestX.func1 runtime.goexit":                                                                  "",
		check + "m/ginkgo.run p.TestX.func1":                                                                    "",
	} {
		require.Equal(t, want, calledByTesting(strings.Fields(stack)), stack)
	}
}

// TestRunningTest: the names are those that a dump has.
func TestRunningTest(t *testing.T) {
	require.True(t, strings.HasSuffix(RunningTest(), "/lineage.TestRunningTest"), RunningTest())
	t.Run("sub", func(t *testing.T) {
		require.True(t, strings.HasSuffix(RunningTest(), "/lineage.TestRunningTest.func1"), RunningTest())
	})
	found := make(chan string)
	go func() { found <- RunningTest() }()
	require.Empty(t, <-found)
}

// TestRootOf names the function of the source.
func TestRootOf(t *testing.T) {
	for function, want := range map[string]string{
		"a.b/c-d.TestX.func1.2":      "a.b/c-d.TestX",
		"a/b.(*Suite).TestX.gowrap1": "a/b.(*Suite).TestX",
		"a/b.(*Suite[...]).TestX":    "a/b.(*Suite[...]).TestX",
		"a/b.generic[...].func1":     "a/b.generic",
		"a/b.TestX-range1.func2":     "a/b.TestX",
		"main.main":                  "main.main",
		"non-Go function":            "non-Go function",
	} {
		require.Equal(t, want, rootOf(function), function)
	}
}
