package leak_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/leak/internal/require"
)

// TestCheckParallel runs four tests at once: one leaks, one is slow, two are
// clean. Only the leaking one may fail, and it must name the line.
func TestCheckParallel(t *testing.T) {
	t.Parallel()
	var left planted
	held := make(chan bool)
	bodies := map[string]func(t leak.TestingT){
		"leaking": func(ft leak.TestingT) {
			leak.Check(ft, leak.Options{Settle: brief})
			left = leakSend(t)
		},
		"slow": func(ft leak.TestingT) {
			leak.Check(ft)
			go time.Sleep(200 * time.Millisecond)
		},
		"clean": func(ft leak.TestingT) { leak.Check(ft) },
		"clean, beside a test without Check": func(ft leak.TestingT) {
			leak.Check(ft)
			done := make(chan bool)
			go close(done)
			<-done
		},
	}
	go func() { <-held }()
	defer close(held)
	results := map[string]*fakeT{}
	var all sync.WaitGroup
	for name, body := range bodies {
		f := &fakeT{name: name}
		results[name] = f
		goIn(&all, func() { f.run(body) })
	}
	all.Wait()
	for name, f := range results {
		if name != "leaking" {
			require.Empty(t, f.failures, name)
		}
	}
	require.Len(t, results["leaking"].failures, 1)
	text := results["leaking"].failures[0]
	require.Contains(t, text, "1 goroutine left behind: 1 blocked")
	require.Contains(t, text, "leaks_test.go:")
	left.release()
}

// TestFindFailOnly: what may be proven is, also where no class but proven fails and
// there are no more goroutines than before.
func TestFindFailOnly(t *testing.T) {
	if !provable {
		t.Skip("this Go has no leak profile")
	}
	ends, ended := make(chan bool), make(chan bool)
	go func() { <-ends; close(ended) }()
	base := leak.Take()
	leakDropped(t)
	close(ends)
	<-ended
	unproven := leak.Options{Fail: []leak.Class{leak.Blocked}, NoProof: true, Settle: brief}
	for find(t, base, unproven).Goroutines == 0 {
		time.Sleep(time.Millisecond) // it is on its way to its channel
	}
	r := find(t, base, leak.Options{Fail: []leak.Class{leak.Proven}})
	require.Equal(t, 1, r.Goroutines, "%s", r)
	require.Equal(t, leak.Proven, r.Findings[0].Class)
}

// TestCheckCleanupHidesNothing: the test's own cleanup captures the channel.
func TestCheckCleanupHidesNothing(t *testing.T) {
	if !provable {
		t.Skip("this Go has no leak profile")
	}
	var f *recordT
	start := time.Now()
	t.Run("captured", func(t *testing.T) {
		f = &recordT{T: t}
		leak.Check(f)
		captured := make(chan int)
		go func() { <-captured }()
		f.Cleanup(func() { _ = len(captured) })
	})
	require.Len(t, f.failures, 1)
	require.Contains(t, f.failures[0], "1 proven")
	require.Less(t, time.Since(start), defaultSettle/2)
}

func TestCheckSubtests(t *testing.T) {
	leak.Check(t)
	for i := range 4 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			leak.Check(t)
			t.Parallel()
			go time.Sleep(time.Duration(i) * 10 * time.Millisecond)
		})
	}
}

func TestCheckShared(t *testing.T) {
	f := &fakeT{name: "heap"}
	f.run(func(ft leak.TestingT) {
		leak.Check(ft, leak.Options{Heap: true, Descriptors: true})
		otherCheck()
	})
	require.Empty(t, f.failures)
	require.Len(t, f.logs, 1)
	require.Contains(t, f.logs[0], "not judged: the test ran in parallel, or another ran at the same time")
}

func TestCheckOptions(t *testing.T) {
	f := &fakeT{name: "options"}
	leak.Check(f, leak.Options{Fail: []leak.Class{"maybe"}})
	require.Len(t, f.failures, 1)
	require.Empty(t, f.cleanups)
}

func TestCheckDeadline(t *testing.T) {
	s := &shortT{fakeT: fakeT{name: "short"}, deadline: time.Now().Add(2 * time.Second)}
	var left planted
	s.run(func(leak.TestingT) {
		leak.Check(s)
		left = leakSend(t)
	})
	require.Len(t, s.failures, 1)
	require.True(t, time.Now().Before(s.deadline.Add(time.Second)), "it gave up before the deadline")
	left.release()
}
