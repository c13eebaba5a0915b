package leak

import (
	"fmt"
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak/internal/require"
)

func TestTrimStack(t *testing.T) {
	long := "goroutine 7 [chan receive]:"
	for i := range 30 {
		long += fmt.Sprintf("\nmy/pkg.(*T).f%d(0x1, {0x2, 0x3})\n\t/a b/c.go:%d +0x1d", i, i)
	}
	long += "\ncreated by my/pkg.F in goroutine 1\n\t/a b/c.go:99 +0x2"
	lines := trimStack(long)
	require.Len(t, lines, 1+2*framesShown+1)
	require.Equal(t, "goroutine 7 [chan receive]:", lines[0])
	require.Equal(t, "my/pkg.(*T).f0", lines[1])
	require.Equal(t, "    /a b/c.go:0", lines[2])
	require.Equal(t, "... 17 frames ...", lines[1+2*innerShown])
	require.Equal(t, "created by my/pkg.F in goroutine 1", lines[len(lines)-2])
	require.Equal(t, []string{""}, trimStack(""))
}

// TestFindingText: the place comes first, as editors read it.
func TestFindingText(t *testing.T) {
	f := Finding{
		Class: Blocked, Count: 3, State: "chan send", Wait: 2 * time.Minute, Function: "p.f", Entry: "p.f",
		CreatedBy: "sync.(*WaitGroup).Go", File: "/go/src/sync/waitgroup.go", Line: 237,
		Runs: "p.F.func1", RunsFile: "/p/p.go", RunsLine: 12, Labels: map[string]string{"k": "v"}, Stack: "goroutine 7 [chan send]:",
	}
	require.Equal(t, `/p/p.go:12: 3 goroutines, blocked [chan send, 2 minutes], in p.f
    created by sync.(*WaitGroup).Go at /go/src/sync/waitgroup.go:237
    running p.F.func1 at /p/p.go:12
    label k: v
    one of them:
        goroutine 7 [chan send]:
    if it may stay: leak.Allow{CreatedBy: "p.F.func1", At: "p/p.go", Label: "k", Value: "v", Reason: "..."}`, f.String())
}

// TestFindingInATest: the line of the test is named where the finding begins elsewhere.
func TestFindingInATest(t *testing.T) {
	f := Finding{
		Class: Blocked, Count: 1, State: "select", Function: "my/pkg.run", CreatedBy: "my/pkg.Start", File: "/p/pool.go", Line: 7,
		Stack: "goroutine 7 [select]:\nmy/pkg.run()\n\t/p/pool.go:20 +0x1\nmy/pkg.TestX.func1()\n\t/p/pool_test.go:33 +0x1\n",
	}
	require.Contains(t, f.String(), "/p/pool.go:7: 1 goroutine, blocked [select], in my/pkg.run\n")
	require.Contains(t, f.String(), "\n    in the test: my/pkg.TestX.func1 at /p/pool_test.go:33\n")
	f.File = "/p/pool_test.go"
	require.NotContains(t, f.String(), "in the test")
}
