package leak_test

import (
	"context"
	"fmt"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/leak/internal/require"
)

// TestUnattributed: what cannot be traced to a test is VerifyTestMain's.
func TestUnattributed(t *testing.T) {
	t.Parallel()
	out, code := child(t, "TestUnattributedChild", "verify unattributed")
	require.Equal(t, 1, code, out)
	require.Equal(t, map[string]string{
		"TestUnattributedChild": "PASS", "TestUnattributedChild/a": "PASS", "TestUnattributedChild/b": "PASS",
	}, outcomes(out), out)
	require.Equal(t, 1, strings.Count(out, "left behind"), out)
	require.Contains(t, out, "after all tests")
	require.Contains(t, out, "leaks_test.go:")
}

func TestUnattributedChild(t *testing.T) {
	if !inChild("verify unattributed") {
		t.Skip("for a child process")
	}
	meet := make(chan bool)
	t.Run("a", func(t *testing.T) {
		leak.Check(t, leak.Options{Settle: brief})
		t.Parallel()
		done := make(chan bool)
		go func() {
			defer close(done)
			pprof.SetGoroutineLabels(context.Background())
			leakSend(nil)
		}()
		<-done
		meet <- true
	})
	t.Run("b", func(t *testing.T) {
		leak.Check(t, leak.Options{Settle: brief})
		t.Parallel()
		<-meet
	})
}

// TestFourParallel runs twenty times four parallel subtests at once: one leaks,
// one is slow, two are clean. Always the leaking one fails, naming the line, and
// no other.
func TestFourParallel(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	t.Parallel()
	out, code := child(t, "TestFourParallelChild", "four", "-test.parallel=100")
	require.Equal(t, 1, code, out)
	got := outcomes(out)
	for i := range 20 {
		group := fmt.Sprintf("TestFourParallelChild/all/%d", i)
		for _, name := range []string{"slow", "clean", "busy"} {
			require.Equal(t, "PASS", got[group+"/"+name], "%s/%s: %s", group, name, out)
		}
		require.Equal(t, "FAIL", got[group+"/leaking"], out)
		text := section(out, group+"/leaking")
		require.Contains(t, text, "1 goroutine left behind", out)
		require.Contains(t, text, "leaks_test.go:", out)
	}
	require.Equal(t, 20, strings.Count(out, "left behind"), out)
}

func TestFourParallelChild(t *testing.T) {
	if !inChild("four") {
		t.Skip("for a child process")
	}
	t.Run("all", func(t *testing.T) {
		for i := range 20 {
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				t.Parallel()
				t.Run("leaking", func(t *testing.T) {
					leak.Check(t)
					t.Parallel()
					if i%2 == 0 {
						leakDropped(t)
					} else {
						leakSend(t)
					}
				})
				t.Run("slow", func(t *testing.T) {
					leak.Check(t)
					t.Parallel()
					go time.Sleep(time.Duration(i+1) * 50 * time.Millisecond)
				})
				t.Run("clean", func(t *testing.T) { leak.Check(t); t.Parallel() })
				t.Run("busy", func(t *testing.T) {
					leak.Check(t)
					t.Parallel()
					for range 20 {
						done := make(chan bool)
						go func() { time.Sleep(time.Millisecond); close(done) }()
						<-done
					}
				})
			})
		}
	})
}
