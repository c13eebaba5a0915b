package leak_test

import (
	"runtime"
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/leak/internal/dump"
	"github.com/watertight-go/watertight/leak/internal/require"
)

// TestReportedCreators: what reported goroutines go on to start is neither a later test's
// nor reported at the end. It is counted there.
func TestReportedCreators(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"loop", "chain", "ended"} {
		if mode == "chain" && !dump.LabelsPossible() {
			continue // each creator has ended, and only the label tells
		}
		out, code := child(t, "TestReportedCreators[1-9].*Child", "verify creators "+mode)
		require.Equal(t, 1, code, out)
		require.Equal(t, map[string]string{"TestReportedCreators1Child": "FAIL", "TestReportedCreators2Child": "PASS"}, outcomes(out), out)
		require.NotContains(t, out, "after all tests, leaks", mode)
		require.Contains(t, out, "more were created by goroutines that tests have reported", mode)
	}
}

func TestReportedCreators1Child(t *testing.T) {
	start := map[string]func(){
		"verify creators loop": func() {
			go func() {
				for {
					go func() { <-never }()
					time.Sleep(5 * time.Millisecond)
				}
			}()
		},
		"verify creators chain": func() { go chain() },
		"verify creators ended": func() {
			go func() {
				<-letGo
				go func() { <-never }()
			}()
		},
	}
	for mode, f := range start {
		if inChild(mode) {
			leak.Check(t, leak.Options{Settle: brief})
			f()
			return
		}
	}
	t.Skip("for a child process")
}

// letGo is closed by the second test.
var letGo = make(chan bool)

// chain is one goroutine at a time, which always runs.
func chain() {
	for start := time.Now(); time.Since(start) < 5*time.Millisecond; {
		runtime.Gosched()
	}
	go chain()
}

func TestReportedCreators2Child(t *testing.T) {
	if !inChild("verify creators loop") && !inChild("verify creators chain") && !inChild("verify creators ended") {
		t.Skip("for a child process")
	}
	leak.Check(t)
	close(letGo)
	time.Sleep(2 * brief)
}
