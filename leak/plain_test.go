package leak

import (
	"context"
	"fmt"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak/internal/require"
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

// TestKin: the owner is goroutine 50.
func TestKin(t *testing.T) {
	long := []string{"1", "50<1"}
	for id := 100; id < 3100; id++ {
		long = append(long, fmt.Sprintf("%d<%d", id, id-1))
	}
	for _, c := range []struct {
		name string
		dump []string
		want ownership
	}{
		{"none but its own", []string{"1", "50<1"}, others},
		{"of the main goroutine", []string{"50<1", "1", "60<1", "61<60"}, others},
		{"a child", []string{"1", "50<1", "7<50"}, mine},
		{"a grandchild before its parent", []string{"8<7", "7<50", "1", "50<1"}, mine},
		{"a child beside one that nobody knows", []string{"1", "50<1", "9<99", "7<50"}, mine},
		{"of one that has ended", []string{"1", "50<1", "9<99"}, nobodys},
		{"two steps from one that has ended", []string{"1", "50<1", "10<9", "9<99"}, nobodys},
		{"no creator told", []string{"1", "50<1", "9"}, nobodys},
		{"a subtest", []string{"1", "50<1", "S51<50"}, others},
		{"a child of a subtest", []string{"1", "50<1", "S51<50", "52<51"}, mine},
		{"a test's timer of one that has ended", []string{"1", "50<1", "S51<99"}, others},
		{"a circle, which cannot be", []string{"1", "50<1", "60<61", "61<60"}, mine},
		{"a long chain of one that has ended", long, nobodys},
		{"a long chain of its own", append(long, "99<50"), mine},
	} {
		o := &owner{ids: map[uint64]struct{}{50: {}}}
		got, all := o.kin(dumpOf(c.dump...), len(c.dump))
		require.Len(t, all, len(c.dump), c.name)
		if c.name == "a circle, which cannot be" {
			// Whatever the answer, it must not be that all is well.
			require.NotEqual(t, others, got, c.name)
			continue
		}
		require.Equal(t, c.want, got, c.name)
	}
}

// TestKinOfMain: a test may run on the main goroutine.
func TestKinOfMain(t *testing.T) {
	o := &owner{ids: map[uint64]struct{}{1: {}}}
	got, _ := o.kin(dumpOf("1", "60<1"), 2)
	require.Equal(t, mine, got)
}

// underCheck runs f in a goroutine of its own as a test with a Check, and
// returns how often that failed.
func underCheck(f func()) int {
	t := &recorder{}
	done := make(chan bool)
	go func() {
		defer close(done)
		Check(t, Options{Settle: 50 * time.Millisecond})
		f()
		for len(t.cleanups) > 0 {
			last := t.cleanups[len(t.cleanups)-1]
			t.cleanups = t.cleanups[:len(t.cleanups)-1]
			last()
		}
	}()
	<-done
	return t.failures
}

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
		}), name)
	}
}

// TestCheckOfOthers: what somebody else starts meanwhile is not the test's where
// its creator is still there. Where that has gone, nobody can tell it from one of
// the test's that has lost its label: it counts if no other test ran, and is left
// to VerifyTestMain if one did.
func TestCheckOfOthers(t *testing.T) {
	release := make(chan bool)
	defer close(release)
	ask, started := make(chan bool), make(chan bool)
	go func() {
		for orphaned := range ask {
			if orphaned {
				go func() { go func() { started <- true; <-release }() }()
			} else {
				go func() { started <- true; <-release }()
			}
		}
	}()
	defer close(ask)
	for _, c := range []struct {
		orphaned, crowded bool
		failures          int
	}{{false, false, 0}, {true, false, 1}, {true, true, 0}} {
		require.Equal(t, c.failures, underCheck(func() {
			if c.crowded {
				require.Zero(t, underCheck(func() {}))
			}
			ask <- c.orphaned
			<-started
		}), "%+v", c)
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
	require.NoError(t, err)
	require.Equal(t, 1, r.Goroutines, "%s", r)
}

// TestLookGroups: bodies that differ in arguments and creators alone make one
// group, those that differ in a line do not, however many shapes there are.
func TestLookGroups(t *testing.T) {
	const shapes, each = 2 * patternsKept, 3
	var b strings.Builder
	for i := range each * shapes {
		fmt.Fprintf(&b, "goroutine %d [select]:\nmain.g(%#x)\n\t/m.go:%d +0x1\ncreated by main.f in goroutine %d\n\t/m.go:2 +0x2\n\n", i+1000, i, 1+i%shapes, i+1)
	}
	f, err := newFinder(nil, Options{}, nil)
	require.NoError(t, err)
	l := newLook(f)
	l.read([]byte(b.String()))
	require.Len(t, l.order, shapes)
	for i, g := range l.order {
		require.Equal(t, 1+i, g.trace.Frames[0].Line)
		require.Len(t, g.ids, each)
	}
	require.Equal(t, each*shapes, l.all)
}

// TestFindMany: with so many left that the first dump is put off, those that end
// are noticed as soon as ever, and those that stay are told apart.
func TestFindMany(t *testing.T) {
	for name, stay := range map[string]int{"all end": 0, "some stay": 7} {
		release, end := make(chan bool), make(chan bool)
		base := Take()
		for range 2 * postponeMost {
			go func() { <-end }()
		}
		for range stay {
			go func() { <-release }()
		}
		time.AfterFunc(50*time.Millisecond, func() { close(end) })
		start := time.Now()
		budget := 2 * time.Second
		r, err := Find(context.Background(), base, Options{Settle: budget})
		require.NoError(t, err)
		require.Equal(t, stay, r.Goroutines, "%s: %s", name, r)
		if stay == 0 {
			require.Less(t, time.Since(start), budget, "when all have ended there is nothing to wait for")
		}
		close(release)
	}
}

// TestFindManyOfALongBudget: the first look comes when the shortest budget is
// over, the verdict when each has had its own.
func TestFindManyOfALongBudget(t *testing.T) {
	base := Take()
	for range 2 * postponeMost {
		go time.Sleep(300 * time.Millisecond)
	}
	r, err := Find(context.Background(), base, Options{SettleClass: map[Class]time.Duration{Blocked: 10 * time.Millisecond}})
	require.NoError(t, err)
	require.Zero(t, r.Goroutines, "%s", r)
}

// TestCanPostpone: where goroutines may be excused or be other people's, the
// first look comes at once.
func TestCanPostpone(t *testing.T) {
	defer plantMany(2 * postponeMost)()
	for name, c := range map[string]struct {
		opts Options
		who  *owner
		want bool
	}{
		"nothing but goroutines": {Options{}, nil, true},
		"allowed":                {Options{Allow: []Allow{{Func: "f", Reason: "r"}}}, nil, false},
		"by label":               {Options{Labels: map[string]string{"a": "b"}}, nil, false},
		"some classes":           {Options{Fail: []Class{Proven}}, nil, false},
		"of one test":            {Options{}, &owner{}, false},
	} {
		f, err := newFinder(nil, c.opts, c.who)
		require.NoError(t, err)
		w := &watch{finder: f, collections: 1}
		require.Equal(t, c.want, w.canPostpone(), name)
		w = &watch{finder: f, collections: 1, proven: 2 * postponeMost}
		require.False(t, w.canPostpone(), "most are proven")
	}
}

// plantMany starts goroutines that wait until the function is called.
func plantMany(n int) (release func()) {
	c := make(chan int)
	for range n {
		go func() { <-c }()
	}
	return func() { close(c) }
}
