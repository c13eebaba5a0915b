package executor

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestClause5LeavesNothing(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	agents := fake{"hangs": obeying, "ok": answer("fine"), "fails": failing(context.Canceled)}
	for _, limit := range []int{0, 2} {
		r, err := New(Config{Runner: agents, AgentTimeout: time.Millisecond, Limit: limit})
		require.NoError(t, err)
		for range 50 {
			_, _ = r.ExecuteParallel(t.Context(), "q", withIDs("hangs", "ok", "fails"))
		}
		require.Equal(t, Stats{}, r.Stats())
	}
}

// The goroutine of a stuck call must not keep the responses of other agents alive.
func TestClause5StuckCallsKeepNoResponsesAlive(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	const big = 8 << 20
	made := make(chan struct{})
	agents := fake{"dead": ignoring(release), "big": func(context.Context, string) (*AgentResponse, error) {
		response := &AgentResponse{Content: string(make([]byte, big))}
		made <- struct{}{}
		return response, nil
	}}
	r, err := New(Config{Runner: agents, Grace: 200 * time.Millisecond})
	require.NoError(t, err)
	before := liveHeap()
	for range 4 {
		ctx, cancel := context.WithCancel(t.Context())
		go func() { <-made; cancel() }()
		got, err := r.ExecuteParallel(ctx, "q", withIDs("dead", "big"))
		require.NoError(t, err)
		require.Len(t, got["big"].Content, big)
	}
	require.Equal(t, 4, r.Stats().Abandoned)
	require.Less(t, int64(liveHeap()-before), int64(big), "responses of 32 MiB are kept alive by 4 stuck calls")
}

func liveHeap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func TestConcurrentRequests(t *testing.T) {
	agents := fake{}
	var ids []string
	for i := range 5 {
		id := fmt.Sprint(i)
		ids = append(ids, id)
		agents[id] = answer(id)
	}
	r, err := New(Config{Runner: agents})
	require.NoError(t, err)
	shared := withIDs(ids...)
	errs := make(chan error)
	for range 100 {
		go func() {
			got, err := r.ExecuteParallel(t.Context(), "q", shared)
			if err == nil && len(got) != 5 {
				err = fmt.Errorf("got %d results, want 5", len(got))
			}
			errs <- err
		}()
	}
	for range 100 {
		require.NoError(t, <-errs)
	}
}
