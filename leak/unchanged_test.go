package leak

import (
	"context"
	"errors"
	"runtime/pprof"
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak/internal/lineage"
	"github.com/watertight-go/watertight/leak/internal/require"
)

// TestCheckCountUnchanged: as many goroutines as before prove nothing. Each case
// leaves one behind while another ends, so that only who they are tells.
func TestCheckCountUnchanged(t *testing.T) {
	release := make(chan bool)
	defer close(release)
	stay := func() { <-release }
	for name, leave := range map[string]func(){
		"a child": func() { go stay() },
		"a grandchild whose parent has ended": func() {
			gone := make(chan bool)
			go func() { go stay(); close(gone) }()
			<-gone
		},
		"a grandchild without labels whose parent stays": func() {
			gone := make(chan bool)
			go func() {
				pprof.SetGoroutineLabels(context.Background())
				go stay()
				close(gone)
				<-release
			}()
			<-gone
		},
	} {
		quit, gone := make(chan bool), make(chan bool)
		for range 2 {
			go func() { <-quit; gone <- true }()
		}
		require.Equal(t, 1, underCheck(func() {
			leave()
			close(quit)
			<-gone
			<-gone
		}, Options{Settle: 50 * time.Millisecond}), name)
	}
}

// TestCheckOfOthers: a goroutine that older code starts meanwhile counts if no other
// test ran, whether or not its creator lives, and is left to VerifyTestMain if one did.
func TestCheckOfOthers(t *testing.T) {
	release := make(chan bool)
	defer close(release)
	ask, started := make(chan bool), make(chan bool)
	go func() {
		for creatorEnds := range ask {
			if creatorEnds {
				go func() { go func() { started <- true; <-release }() }()
			} else {
				go func() { started <- true; <-release }()
			}
		}
	}()
	defer close(ask)
	for _, c := range []struct {
		creatorEnds, otherTest bool
		failures               int
	}{{false, false, 1}, {false, true, 0}, {true, false, 1}, {true, true, 0}} {
		require.Equal(t, c.failures, underCheck(func() {
			if c.otherTest {
				require.Zero(t, underCheck(func() {}))
			}
			ask <- c.creatorEnds
			<-started
		}, Options{Settle: 50 * time.Millisecond}), "%+v", c)
	}
}

// TestFindCountUnchanged is the same for Find, with many beside.
func TestFindCountUnchanged(t *testing.T) {
	release, quit, gone := make(chan bool), make(chan bool), make(chan bool)
	defer close(release)
	for range 200 {
		go func() { <-release }()
	}
	go func() { <-quit; close(gone) }()
	base := Take()
	go func() { <-release }()
	close(quit)
	<-gone
	r, err := Find(context.Background(), base, Options{Settle: 20 * time.Millisecond})
	require.ErrorIs(t, err, ErrLeak)
	require.Equal(t, 1, r.Goroutines, "%s", r)
}

// TestFindPostponed: with so many left that the first dump is put off, those that end
// are noticed as soon as ever, and those that stay are told apart.
func TestFindPostponed(t *testing.T) {
	for name, stay := range map[string]int{"all end": 0, "some stay": 7} {
		release, end := make(chan bool), make(chan bool)
		base := Take()
		for range 2 * 5000 {
			go func() { <-end }()
		}
		for range stay {
			go func() { <-release }()
		}
		time.AfterFunc(50*time.Millisecond, func() { close(end) })
		start := time.Now()
		budget := 2 * time.Second
		r, err := Find(context.Background(), base, Options{Settle: budget})
		require.Equal(t, stay > 0, errors.Is(err, ErrLeak), "%v", err)
		require.Equal(t, stay, r.Goroutines, "%s: %s", name, r)
		if stay == 0 {
			require.Less(t, time.Since(start), budget, "when all have ended there is nothing to wait for")
		}
		close(release)
	}
}

// TestFindPostponedOfALongBudget: the first inspection comes when the shortest budget is
// over, the verdict when each has had its own.
func TestFindPostponedOfALongBudget(t *testing.T) {
	base := Take()
	for range 2 * 5000 {
		go time.Sleep(300 * time.Millisecond)
	}
	r, err := Find(context.Background(), base, Options{SettleClass: map[Class]time.Duration{Blocked: 10 * time.Millisecond}})
	require.NoError(t, err)
	require.Zero(t, r.Goroutines, "%s", r)
}

// TestCheckHeapWaits: a pass of the leak profile that still writes holds memory, so a
// Check that compares the heap waits for it.
func TestCheckHeapWaits(t *testing.T) {
	for _, heap := range []bool{false, true} {
		c := &checker{t: t, opts: Options{Heap: heap}, base: &Snapshot{}, test: lineage.NewTest(lineage.Label{}, 0)}
		require.Equal(t, !heap, c.config().LeavePassWriting)
	}
}
