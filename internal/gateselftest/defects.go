package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/exhibits"
	"github.com/watertight-go/watertight/internal/nearest"
)

// defectEnv names the defect that the reference executor of this process has.
const defectEnv = "WATERTIGHT_GATE_DEFECT"

// withDefect are the usual executors, with the defect in the reference.
func withDefect(name string) ([]executor.Spec, error) {
	all := exhibits.Specs()
	if name == "" {
		return all, nil
	}
	build, ok := defects[name]
	if !ok {
		return nil, fmt.Errorf("%s: %w", defectEnv, nearest.Unknown("defect", name, slices.Sorted(maps.Keys(defects)), ""))
	}
	for i := range all {
		if all[i].Name != "reference" {
			continue
		}
		healthy := all[i].New
		all[i].New = func(c executor.Config) (executor.ParallelExecutor, error) {
			x, err := healthy(c)
			if err != nil {
				return nil, err
			}
			return &defective{x, build()}, nil
		}
	}
	return all, nil
}

// request is one call of the healthy executor.
type request struct {
	agents int
	do     func() (map[string]*executor.AgentResponse, error)
}

// defect makes the call in place of the caller, and spoils it. It has the state of
// one executor.
type defect func(request) (map[string]*executor.AgentResponse, error)

// defects make the defects, by name.
var defects = map[string]func() defect{
	"slow":          func() defect { return slower(1.25) },
	"twice-as-slow": func() defect { return slower(2) },
	"goroutine":     leakGoroutine,
	"descriptor":    leakDescriptor,
	"memory":        leakMemory,
	"partial":       func() defect { return dropPartial },
}

type defective struct {
	executor.ParallelExecutor
	defect defect
}

// ExecuteParallel implements executor.ParallelExecutor.
func (d *defective) ExecuteParallel(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
	return d.defect(request{len(agents), func() (map[string]*executor.AgentResponse, error) {
		return d.ParallelExecutor.ExecuteParallel(ctx, input, agents)
	}})
}

// slower makes a call take several times as long, by keeping the processor busy. The
// agents are not slower, so the floor stays as it is.
func slower(times float64) defect {
	return func(r request) (map[string]*executor.AgentResponse, error) {
		began := time.Now()
		got, err := r.do()
		// In long calls the agents sleep. That time is not the executor's.
		if own := time.Since(began); own < 5*time.Millisecond {
			for until := time.Duration(times * float64(own)); time.Since(began) < until; {
			}
		}
		return got, err
	}
}

// leakGoroutine leaves one goroutine in every request.
func leakGoroutine() defect {
	never := make(chan struct{})
	return func(r request) (map[string]*executor.AgentResponse, error) {
		go func() { <-never }()
		return r.do()
	}
}

// leakDescriptor leaves one open file in every tenth request.
func leakDescriptor() defect {
	var mu sync.Mutex
	var open []*os.File
	requests := 0
	leak := func() {
		mu.Lock()
		defer mu.Unlock()
		if requests++; requests%10 != 0 {
			return
		}
		if f, err := os.Open(os.DevNull); err == nil {
			open = append(open, f)
		}
	}
	return func(r request) (map[string]*executor.AgentResponse, error) {
		leak()
		return r.do()
	}
}

// leakMemory keeps 1 kB of every request.
func leakMemory() defect {
	var mu sync.Mutex
	var kept [][]byte
	return func(r request) (map[string]*executor.AgentResponse, error) {
		mu.Lock()
		kept = append(kept, make([]byte, 1000))
		mu.Unlock()
		return r.do()
	}
}

// dropPartial returns no result where an agent failed.
func dropPartial(r request) (map[string]*executor.AgentResponse, error) {
	got, err := r.do()
	if err == nil && len(got) < r.agents {
		return nil, errors.New("some agents failed")
	}
	return got, err
}
