//go:build go1.25

package leak_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/leak/internal/require"
)

func init() {
	outcomeInBubble = func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			leak.Check(t)
			leakSend(t)
		})
	}
}

func TestCheckBubble(t *testing.T) {
	outside := make(chan bool)
	defer close(outside)
	go func() { <-outside }()
	start := time.Now()
	synctest.Test(t, func(t *testing.T) {
		leak.Check(t)
		base := leak.Take()
		quit := make(chan bool)
		go func() { <-quit }()
		go time.Sleep(time.Second)
		began := time.Now()
		r := find(t, base, leak.Options{})
		require.Equal(t, 1, r.Goroutines, "%s", r)
		require.Equal(t, leak.Blocked, r.Findings[0].Class)
		require.Equal(t, defaultSettle, time.Since(began).Round(100*time.Millisecond), "virtual time")
		require.Equal(t, "not proven: in a synctest bubble", r.ProofStatus)
		close(quit)
		require.NoError(t, find(t, base, leak.Options{}).Err())
		require.NoError(t, find(t, nil, leak.Options{}).Err(), "goroutines outside of the bubble do not count")
	})
	require.Less(t, time.Since(start), defaultSettle)
}

// TestRepeatBubble: in a bubble the wait is virtual time.
func TestRepeatBubble(t *testing.T) {
	if !apart(t) {
		return
	}
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		leak.Repeat(t, func(t testing.TB) { go time.Sleep(time.Second) })
		quit := make(chan bool)
		fake := &fakeTB{TB: t, fakeT: fakeT{name: t.Name()}}
		fake.run(func(leak.TestingT) {
			leak.Repeat(fake, func(t testing.TB) { go func() { <-quit }() })
		})
		require.Len(t, fake.failures, 1)
		require.Contains(t, fake.failures[0], "in a synctest bubble")
		require.GreaterOrEqual(t, time.Since(start), defaultSettle, "virtual time")
		close(quit)
	})
}
