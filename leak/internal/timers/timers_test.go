package timers

import (
	"cmp"
	"context"
	"slices"
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak/internal/dump"
	"github.com/watertight-go/watertight/leak/internal/require"
	"github.com/watertight-go/watertight/leak/internal/stack"
)

// A way to wait. It receives from stop too, which the test closes, or from nothing else.
type way func(stop, never chan int)

var ways = map[string]struct {
	wait way
	want []Timer
}{
	"a channel": {func(stop, _ chan int) { <-stop }, nil},
	"a select without a timer": {func(stop, never chan int) {
		select {
		case <-stop:
		case <-never:
		}
	}, nil},
	"a ticker in a select": {func(stop, _ chan int) {
		ticker := time.NewTicker(time.Hour)
		defer ticker.Stop()
		for {
			select {
			case <-stop:
				return
			case <-ticker.C:
			}
		}
	}, []Timer{{In: time.Hour, Every: time.Hour}}},
	"time.After in a select": {func(stop, _ chan int) {
		select {
		case <-stop:
		case <-time.After(2 * time.Hour):
		}
	}, []Timer{{In: 2 * time.Hour}}},
	"a ticker and a timer": {func(stop, _ chan int) {
		select {
		case <-stop:
		case <-time.Tick(time.Hour):
		case <-time.After(3 * time.Hour):
		}
	}, []Timer{{In: time.Hour, Every: time.Hour}, {In: 3 * time.Hour}}},
	"a timer that was set again": {func(stop, _ chan int) {
		timer := time.NewTimer(time.Hour)
		timer.Reset(5 * time.Hour)
		select {
		case <-stop:
		case <-timer.C:
		}
	}, []Timer{{In: 5 * time.Hour}}},
	"a timer of another goroutine": {func(stop, _ chan int) {
		c := time.After(4 * time.Hour)
		received := make(chan bool)
		go func() {
			select {
			case <-stop:
			case <-c:
			}
			close(received)
		}()
		<-received
	}, nil},
	"a stopped timer": {func(stop, _ chan int) {
		timer := time.NewTimer(time.Hour)
		timer.Stop()
		select {
		case <-stop:
		case <-timer.C:
		}
	}, nil},
	"a timer that has fired": {func(stop, _ chan int) {
		timer := time.NewTimer(time.Nanosecond)
		<-timer.C
		select {
		case <-stop:
		case <-timer.C:
		}
	}, nil},
	"a ticker that is only held": {func(stop, _ chan int) {
		ticker := time.NewTicker(time.Hour)
		<-stop
		ticker.Stop()
	}, nil},
	"a select that a timer has left": {func(stop, never chan int) {
		select {
		case <-never:
		case <-time.After(time.Nanosecond):
		}
		<-stop
	}, nil},
	"a function of a timer that sends": {func(stop, _ chan int) {
		c := make(chan time.Time, 1)
		time.AfterFunc(time.Hour, func() { c <- time.Now() })
		select {
		case <-stop:
		case <-c:
		}
	}, []Timer{{In: time.Hour}}},
	"a function of a timer that was stopped": {func(stop, _ chan int) {
		c := make(chan time.Time, 1)
		time.AfterFunc(time.Hour, func() { c <- time.Now() }).Stop()
		select {
		case <-stop:
		case <-c:
		}
	}, nil},
	"a function of a timer for something else": {func(stop, never chan int) {
		queue := &struct{ stop, more chan int }{stop, never}
		time.AfterFunc(time.Hour, func() { queue.more = nil })
		<-stop
	}, nil},
	"a context with a deadline": {func(stop, _ chan int) {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Hour)
		defer cancel()
		waitFor(ctx, stop)
	}, []Timer{{In: 2 * time.Hour}}},
	"a context below one with a deadline": {func(stop, _ chan int) {
		above, cancel := context.WithTimeout(context.Background(), 2*time.Hour)
		defer cancel()
		ctx, cancelBelow := context.WithCancel(context.WithValue(above, stopKey{}, stop))
		defer cancelBelow()
		waitFor(ctx, stop)
	}, []Timer{{In: 2 * time.Hour}}},
	"a value below a context with a deadline": {func(stop, _ chan int) {
		above, cancel := context.WithTimeout(context.Background(), 2*time.Hour)
		defer cancel()
		waitFor(context.WithValue(above, stopKey{}, stop), stop)
	}, []Timer{{In: 2 * time.Hour}}},
	"the nearer of two deadlines": {func(stop, _ chan int) {
		above, cancel := context.WithTimeout(context.Background(), 5*time.Hour)
		defer cancel()
		ctx, cancelBelow := context.WithTimeout(above, 2*time.Hour)
		defer cancelBelow()
		waitFor(ctx, stop)
	}, []Timer{{In: 2 * time.Hour}}},
	"a context without a deadline": {func(stop, _ chan int) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		waitFor(ctx, stop)
	}, nil},
	"a context that is cut off from its deadline": {func(stop, _ chan int) {
		above, cancel := context.WithTimeout(context.Background(), 2*time.Hour)
		defer cancel()
		ctx, cancelBelow := context.WithCancel(context.WithoutCancel(above))
		defer cancelBelow()
		waitFor(ctx, stop)
	}, nil},
	"a context whose type hides the deadline above": {func(stop, _ chan int) {
		above, cancel := context.WithTimeout(context.Background(), 2*time.Hour)
		defer cancel()
		ctx, cancelBelow := context.WithCancel(detached{above})
		defer cancelBelow()
		waitFor(ctx, stop)
	}, nil},
	"beside a context with a deadline": {func(stop, _ chan int) {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Hour)
		defer cancel()
		ctx.Done()
		<-stop
	}, nil},
}

type stopKey struct{}

// detached is a context that does not end with the one in it.
type detached struct{ context.Context }

func (detached) Done() <-chan struct{} { return nil }

// waitFor waits for either.
func waitFor(ctx context.Context, stop chan int) {
	select {
	case <-stop:
	case <-ctx.Done():
	}
}

// blocked reports whether the goroutine waits on a channel.
func blocked(id uint64) bool {
	for r := range stack.Records(dump.All()) {
		if h, err := stack.ParseHeader(r.Head); err == nil && h.ID == id {
			return h.State == "select" || h.State == "chan receive"
		}
	}
	return false
}

func TestOf(t *testing.T) {
	if err := possible(); err != nil {
		t.Skip(err)
	}
	stop, ended := make(chan int), make(chan bool)
	waiting := map[string]uint64{}
	var ids []uint64
	for name, w := range ways {
		started := make(chan uint64)
		go func() {
			self, err := dump.Self()
			require.NoError(t, err)
			started <- self.ID
			w.wait(stop, make(chan int))
			ended <- true
		}()
		id := <-started
		require.Eventually(t, func() bool { return blocked(id) }, 10*time.Second, time.Millisecond, name)
		waiting[name] = id
		ids = append(ids, id)
	}
	// A timer of a nanosecond may have been waited for a moment ago.
	time.Sleep(10 * time.Millisecond)
	found, err := Of(ids)
	require.NoError(t, err)
	for name, id := range waiting {
		require.False(t, found[id].Awake, name)
		requireTimers(t, ways[name].want, found[id].Timers, name)
	}
	close(stop)
	for range ways {
		<-ended
	}
}

// requireTimers allows a minute for what the test itself took.
func requireTimers(t *testing.T, want, got []Timer, name string) {
	t.Helper()
	slices.SortFunc(got, func(a, b Timer) int { return cmp.Compare(a.In, b.In) })
	require.Len(t, got, len(want), "%s: %v", name, got)
	for i := range want {
		require.Equal(t, want[i].Every, got[i].Every, name)
		require.True(t, got[i].In <= want[i].In && got[i].In > want[i].In-time.Minute, "%s: got %v, want %v", name, got[i], want[i])
	}
}
