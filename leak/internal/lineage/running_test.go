package lineage

import (
	"fmt"
	"strings"
	"testing"

	"github.com/watertight-go/watertight/leak/internal/require"
)

// TestOnlyTest: a test that has ended, but whose goroutine has not, is no parent that
// waits for parallel subtests, though it stands in the same frame.
func TestOnlyTest(t *testing.T) {
	const (
		testRuns = "example.TestX(0x1)\n\t/x_test.go:3 +0x4\ntesting.tRunner(0x1, 0x2)\n\t/testing.go:2195 +0xea\n"
		inFunc1  = "testing.tRunner.func1()\n\t/testing.go:2144 +0x4\ntesting.tRunner(0x1, 0x2)\n\t/testing.go:2201 +0x1\n"
		inRun    = "testing.(*T).Run(0x1, {0x2, 0x3}, 0x4)\n\t/testing.go:2268 +0x4\ntesting.tRunner(0x1, 0x2)\n\t/testing.go:2195 +0xea\n"
		plain    = "example.f()\n\t/x_test.go:9 +0x4\n"
	)
	goroutine := func(id int, state, body string, creator int) string {
		text := fmt.Sprintf("goroutine %d [%s]:\n%s", id, state, body)
		if creator != 0 {
			text += fmt.Sprintf("created by example.g in goroutine %d\n\t/x.go:1 +0x4\n", creator)
		}
		return text + "\n"
	}
	for _, c := range []struct {
		name  string
		dump  []string
		alone bool
	}{
		{"one test", []string{goroutine(1, "chan receive", inRun, 0), goroutine(7, "running", testRuns, 1)}, true},
		{"beside one that has ended", []string{
			goroutine(1, "chan receive", inRun, 0), goroutine(6, "runnable", inFunc1, 1), goroutine(7, "running", testRuns, 1),
		}, true},
		{"a helper of its own asks", []string{
			goroutine(1, "chan receive", inRun, 0), goroutine(6, "runnable", inFunc1, 1), goroutine(5, "chan receive", testRuns, 1), goroutine(7, "running", plain, 5),
		}, true},
		{"another runs", []string{
			goroutine(1, "chan receive", inRun, 0), goroutine(6, "runnable", testRuns, 1), goroutine(7, "running", testRuns, 1),
		}, false},
		{"a parallel test", []string{goroutine(1, "chan receive", inFunc1, 0), goroutine(7, "running", testRuns, 1)}, false},
		{"whose parent was just woken", []string{
			goroutine(1, "chan receive", inRun, 0), goroutine(6, "runnable", inFunc1, 1), goroutine(7, "running", testRuns, 6),
		}, false},
		{"a subtest of a parallel test", []string{
			goroutine(1, "chan receive", inFunc1, 0), goroutine(6, "chan receive", inRun, 1), goroutine(7, "running", testRuns, 6),
		}, false},
		{"its creator has ended", []string{
			goroutine(1, "chan receive", inRun, 0), goroutine(6, "runnable", inFunc1, 1), goroutine(7, "running", plain, 5),
		}, false},
		{"it cleans up", []string{
			goroutine(1, "chan receive", inRun, 0), goroutine(7, "running", "testing.(*common).runCleanup(0x1)\n\t/testing.go:1 +0x4\n"+inFunc1, 1),
		}, true},
	} {
		require.Equal(t, c.alone, OnlyTest([]byte(strings.Join(c.dump, "")), 7), c.name)
	}
}
