package bench

import (
	"context"
	"runtime"
	"runtime/metrics"
	"sync"

	"github.com/watertight-go/watertight/executor"
)

// BlockedMemory is what one call with n blocked agents holds, in bytes an agent:
// heap objects and stacks, of the executor and of the runtime together. Call it
// once in a process. The runtime keeps the memory of goroutines that have ended
// and uses it again, so a second measurement would find less.
func (s Subject) BlockedMemory(n int) (float64, error) {
	w, agents := newWaiting(n)
	e, closeSubject, err := s.open(executor.Config{Runner: ignoring{w}})
	if err != nil {
		return 0, err
	}
	defer closeSubject()
	return w.memory(func() { _, _ = e.ExecuteParallel(context.Background(), "q", agents) }), nil
}

// FloorMemory is BlockedMemory of the floor.
func FloorMemory(n int) float64 {
	w, agents := newWaiting(n)
	return w.memory(func() {
		out := make([]*executor.AgentResponse, n)
		var wg sync.WaitGroup
		for i, a := range agents {
			wg.Go(func() { out[i], _ = ignoring{w}.ExecuteAgent(context.Background(), a, "q", nil) })
		}
		wg.Wait()
	})
}

// memory is what call holds when all agents have started, in bytes an agent.
func (w *waiting) memory(call func()) float64 {
	w.reset()
	before := liveBytes()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		call()
	}()
	<-w.allStarted
	during := liveBytes()
	close(w.release)
	<-ended
	return float64(during-before) / float64(len(w.answers))
}

// liveBytes are the bytes of live heap objects and of stacks, after two garbage
// collections: what was in a sync.Pool is freed only by the second.
func liveBytes() int64 {
	runtime.GC()
	runtime.GC()
	samples := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/stacks:bytes"}}
	metrics.Read(samples)
	return int64(samples[0].Value.Uint64() + samples[1].Value.Uint64())
}
