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
