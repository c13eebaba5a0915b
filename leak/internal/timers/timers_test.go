package timers

import (
	"cmp"
	"errors"
	"io"
	"os"
	"os/exec"
	"runtime/pprof"
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
	"a channel of a timer's element": {func(stop, _ chan int) {
		c := make(chan time.Time, 1)
		time.AfterFunc(time.Hour, func() { c <- time.Now() })
		select {
		case <-stop:
		case <-c:
		}
	}, nil},
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

const aloneVar = "WATERTIGHT_TIMERS_ALONE"

// A dump in one of these states may end the process, so none is made: with a goroutine
// that is marked as leaked, and with one in a system call.
func TestNoDumpWhereItMayCrash(t *testing.T) {
	if os.Getenv(aloneVar) == "" {
		cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
		cmd.Env = append(os.Environ(), aloneVar+"=1")
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
		return
	}
	_, err := Of(nil)
	require.NoError(t, err)
	inCall, stop := sleepingProgram(t)
	require.Eventually(t, inCall, 10*time.Second, time.Millisecond)
	_, err = Of(nil)
	require.True(t, errors.Is(err, errSyscall), "%v", err)
	stop()
	profile := pprof.Lookup("goroutineleak")
	if profile == nil {
		return
	}
	func() { go func() { <-make(chan int) }() }()
	require.Eventually(t, func() bool { return profile.WriteTo(io.Discard, 0) == nil && profile.Count() > 0 }, 10*time.Second, time.Millisecond)
	_, err = Of(nil)
	require.True(t, errors.Is(err, errLeaked), "%v", err)
}

// sleepingProgram starts a program that a goroutine waits for in a system call.
func sleepingProgram(t *testing.T) (inCall func() bool, stop func()) {
	cmd := exec.Command("sleep", "60")
	require.NoError(t, cmd.Start())
	ids, ended := make(chan uint64), make(chan error)
	go func() {
		self, _ := dump.Self()
		ids <- self.ID
		ended <- cmd.Wait()
	}()
	id := <-ids
	inCall = func() bool {
		for r := range stack.Records(dump.All()) {
			if h, err := stack.ParseHeader(r.Head); err == nil && h.ID == id {
				return h.State == "syscall"
			}
		}
		return false
	}
	return inCall, func() {
		cmd.Process.Kill()
		<-ended
	}
}

// What is not as expected is an error, not a guess.
func TestCalibrate(t *testing.T) {
	own, err := newSpecimen()
	if err != nil {
		t.Skip(err)
	}
	defer own.release()
	own.dumped = time.Now()
	a := func(c any) uint64 { return address(c) }
	now := uint64(1_000_000)
	timer := func(c any, in, every time.Duration) object {
		return object{a(c), 1, 7, now + uint64(in), uint64(every), 99, 5, a(c), 0}
	}
	queued := []object{{33, 1, a(own.one.C)}, {33, 1, a(own.stop)}}
	good := func() map[uint64]object {
		return map[uint64]object{
			a(own.one.C):  timer(own.one.C, onePeriod, onePeriod),
			a(own.two.C):  timer(own.two.C, twoPeriod, twoPeriod),
			a(own.once.C): timer(own.once.C, onceIn, 0),
		}
	}
	l, err := own.calibrate(queued, good())
	require.NoError(t, err)
	require.Equal(t, layout{waitsOn: 2, when: 3, size: 9, fires: 99, now: l.now}, l)
	_, err = own.calibrate(queued[:1], good())
	require.ErrorIs(t, err, errSudog)
	for name, damage := range map[string]func(map[uint64]object){
		"one is missing":   func(m map[uint64]object) { delete(m, a(own.two.C)) },
		"one is short":     func(m map[uint64]object) { m[a(own.two.C)] = object{a(own.two.C)} },
		"another function": func(m map[uint64]object) { m[a(own.two.C)][5]++ },
		"another time":     func(m map[uint64]object) { m[a(own.two.C)][3] += uint64(time.Hour) },
		"another argument": func(m map[uint64]object) { m[a(own.once.C)][7]++ },
		"a period":         func(m map[uint64]object) { m[a(own.once.C)][4] = 5 },
	} {
		m := good()
		damage(m)
		_, err = own.calibrate(queued, m)
		require.True(t, errors.Is(err, errTimers), "%s: %v", name, err)
	}
}
