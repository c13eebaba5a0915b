package bench

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"runtime/metrics"
	"sync"

	"github.com/watertight-go/watertight/executor"
)

// ignoring agents wait for their release whatever their context says.
type ignoring struct{ *crowd }

func (r ignoring) ExecuteAgent(_ context.Context, a *executor.Agent, _ string, _ []executor.Message) (*executor.AgentResponse, error) {
	r.report()
	<-r.release
	return r.of(a), nil
}

// BlockedMemory is what one call with n blocked agents holds: heap objects and
// stacks, in bytes an agent, the executor's and the runtime's own part of it
// together. It is exact only once in a process: the runtime keeps the records
// of goroutines that have ended and uses them again, so that a second
// measurement finds them paid for.
func (s Subject) BlockedMemory(n int) (float64, error) {
	c, agents := newCrowd(n)
	e, err := s.New(executor.Config{Runner: ignoring{c}})
	if err != nil {
		return 0, fmt.Errorf("bench: %s: %w", s.Name, err)
	}
	if c, ok := e.(io.Closer); ok {
		defer c.Close()
	}
	return c.memory(func() { _, _ = e.ExecuteParallel(context.Background(), "q", agents) }), nil
}

// FloorMemory is BlockedMemory of the floor.
func FloorMemory(n int) float64 {
	c, agents := newCrowd(n)
	return c.memory(func() {
		out := make([]*executor.AgentResponse, n)
		var wg sync.WaitGroup
		for i, a := range agents {
			wg.Go(func() { out[i], _ = ignoring{c}.ExecuteAgent(context.Background(), a, "q", nil) })
		}
		wg.Wait()
	})
}

func (c *crowd) memory(call func()) float64 {
	c.muster()
	before := held()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		call()
	}()
	<-c.all
	during := held()
	close(c.release)
	<-ended
	return float64(during-before) / float64(len(c.answers))
}

// held is the bytes of live heap objects and of stacks, after two collections:
// the first moves what was in pools to where the second finds it.
func held() int64 {
	runtime.GC()
	runtime.GC()
	samples := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/stacks:bytes"}}
	metrics.Read(samples)
	return int64(samples[0].Value.Uint64() + samples[1].Value.Uint64())
}
