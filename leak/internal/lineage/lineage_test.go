package lineage

import (
	"fmt"
	"maps"
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
		require.Len(t, all, len(c.dump), c.name)
		require.Equal(t, c.want, got, c.name)
	}
}

// TestRemainingOfMain: a test may run on the main goroutine.
func TestRemainingOfMain(t *testing.T) {
	got, _ := NewTest(Label{}, 1).Remaining(dumpOf("1", "60<1"), 2, never)
	require.Equal(t, Owned, got)
}

// TestRows holds each row of the package's table to a goroutine that it decides about,
// and to one that a later row would decide otherwise. The test is goroutine 50, goroutine
// 8 was there before it, and 49 was known to be its own.
func TestRows(t *testing.T) {
	const own, theirs, none = "TestA#1", "TestB#2", ""
	creators := Creators{7: 50, 9: 99, 10: 9, 11: 7, 12: 8, 13: 1, 14: 0, 15: 16, 16: 15, 17: 49}
	for _, c := range []struct {
		name           string
		id             uint64
		label          string
		claims, before bool
		want           Ownership
	}{
		{"1: its label", 9, own, false, false, Owned},
		{"1 before 6: its label, created by one of before", 12, own, false, true, Owned},
		{"2: another's label", 9, theirs, false, false, Foreign},
		{"2 before 4: another's label, where nothing else runs", 9, theirs, true, false, Foreign},
		{"2 before 5: another's label, created by the test", 7, theirs, false, false, Foreign},
		{"3: known", 49, none, false, false, Owned},
		{"4: nothing else runs", 9, none, true, false, Owned},
		{"4 before 6: created by one of before", 12, none, true, true, Owned},
		{"5: created by the test", 7, none, false, false, Owned},
		{"5: in two steps", 11, none, false, true, Owned},
		{"5: created by one that was known and has ended", 17, none, false, false, Owned},
		{"6: was there before", 8, none, false, true, Foreign},
		{"6: created by one of before", 12, none, false, true, Foreign},
		{"7: created by the main goroutine", 13, none, false, false, Foreign},
		{"8: its creator has ended", 9, none, false, true, Presumed},
		{"8: in two steps", 10, none, false, true, Presumed},
		{"8: no creator told", 14, none, false, true, Presumed},
		{"9: its creator has ended", 9, none, false, false, Unattributed},
		{"9: created by one of before, which are not known", 12, none, false, false, Unattributed},
		{"9: a circle, which cannot be", 15, none, false, false, Unattributed},
	} {
		test := NewTest(Label{"test", own}, 50)
		test.Claim(49, Owned)
		if c.before {
			test.NoOtherSince(Creators{1: 0, 8: 1})
		}
		if c.claims {
			test.ClaimRest()
		}
		require.Equal(t, c.want, decide(test, c.id, c.label, maps.Clone(creators)), c.name)
	}
}

// decide asks for one goroutine as package inspect does.
func decide(test *Test, id uint64, label string, creators Creators) Ownership {
	var h stack.Header
	if label != "" {
		h.Labels = []stack.Label{{Key: "test", Value: label}, {Key: "other", Value: "TestA#1"}}
	}
	whose := test.Claim(id, test.ByLabel(h))
	if whose == Unattributed {
		whose = test.Trace(id, creators)
	}
	return whose
}

// TestRemembers: what the test owned once is known in later dumps, though the goroutine
// has lost its label or its creator has ended since.
func TestRemembers(t *testing.T) {
	test := NewTest(Label{"test", "TestA#1"}, 50)
	require.Equal(t, Owned, decide(test, 7, "TestA#1", nil))
	require.Equal(t, Owned, decide(test, 7, "", nil))
	require.Equal(t, Owned, decide(test, 8, "", Creators{8: 7}))
	require.Equal(t, Owned, decide(test, 9, "", Creators{9: 8}))
}

// TestOtherRan: what was presumed only because no other test ran is given up, and so is
// what it has created. What the test owns otherwise stays its own.
func TestOtherRan(t *testing.T) {
	test := NewTest(Label{"test", "TestA#1"}, 50)
	test.NoOtherSince(Creators{1: 0})
	require.True(t, test.Presumes())
	require.Equal(t, Presumed, decide(test, 9, "", Creators{9: 99}))
	require.Equal(t, Presumed, decide(test, 10, "", Creators{10: 9}), "created by one that is presumed")
	require.Equal(t, Owned, decide(test, 7, "", Creators{7: 50}))
	require.True(t, test.IsPresumed(9))
	require.False(t, test.IsPresumed(7))
	test.OtherRan()
	require.False(t, test.Presumes())
	require.Equal(t, Unattributed, decide(test, 9, "", Creators{9: 99}))
	require.Equal(t, Unattributed, decide(test, 10, "", Creators{10: 9}))
	require.Equal(t, Owned, decide(test, 7, "", nil))
	require.False(t, test.IsPresumed(9))
}

// TestShare: rounds learn of other tests apart from the check, and both know what is
// owned.
func TestShare(t *testing.T) {
	test := NewTest(Label{"test", "TestA#1"}, 50)
	test.NoOtherSince(Creators{1: 0})
	rounds := test.Share()
	rounds.OtherRan()
	require.True(t, test.Presumes())
	require.Equal(t, Owned, decide(rounds, 7, "TestA#1", nil))
	require.Equal(t, Owned, decide(test, 7, "", nil))
}

// TestWholeProcess: a nil Test owns every goroutine.
func TestWholeProcess(t *testing.T) {
	require.Equal(t, Owned, decide(nil, 9, "TestB#2", nil))
	require.False(t, (*Test)(nil).IsPresumed(9))
}

// TestTraceOrder: creators may come after those they created.
func TestTraceOrder(t *testing.T) {
	creators := Creators{4: 3, 9: 8, 3: 2, 2: 50, 5: 0}
	test := NewTest(Label{}, 50)
	var owned []uint64
	for _, id := range []uint64{4, 9, 3, 2, 5} {
		if test.Trace(id, creators) == Owned {
			owned = append(owned, id)
		}
	}
	require.Equal(t, []uint64{4, 3, 2}, owned)
}
