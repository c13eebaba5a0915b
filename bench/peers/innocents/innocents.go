// Package innocents holds correct executors on foundations of every kind, which
// the suite must not accuse, and beside them what the documentation of those
// libraries shows, which is measured for the table of peers.
//
// The innocents on a library share the parts of internal/fanout: how an agent is
// guarded and given up is the same in all, and what starts their goroutines,
// limits and joins them is the library's. "channels" shares nothing.
package innocents

import (
	"context"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/fanout"
	"github.com/watertight-go/watertight/internal/selftest"
	"github.com/watertight-go/watertight/scenarios"
)

// All lists the innocents, then the peers.
func All() []selftest.Innocent {
	return []selftest.Innocent{
		spread("wg", "sync.WaitGroup.Go and a channel of places", fanout.Spread),
		spread("workers", "a worker for each place and an atomic index", workers),
		spread("semaphore", "golang.org/x/sync/semaphore", weighted),
		spread("group", "golang.org/x/sync/errgroup, a zero Group", group),
		spread("conc", "github.com/sourcegraph/conc/pool", concPool),
		spread("pond", "github.com/alitto/pond/v2", pondPool),
		spread("ants", "github.com/panjf2000/ants/v2", antsPool),
		{
			Spec: executor.Spec{Name: "channels", Doc: "one goroutine an agent and one channel, nothing else", New: newChannels},
			Waivers: []scenarios.Waiver{
				{Clause: executor.BoundsStuck, Reason: "it keeps nothing between calls, so nothing bounds what many calls leave behind"},
			},
		},
		{Spec: spec("innocent-reference", "executor.Reference", func(c executor.Config) (executor.ParallelExecutor, error) { return executor.New(c) })},
		peer("conc-as-shown", "conc's pool with results and a context", newConc),
		peer("pond-as-shown", "pond's result pool, a group with a context", newPond),
		peer("ants-as-shown", "ants' pool and a WaitGroup", newAnts),
		peer("semaphore-as-shown", "x/sync's semaphore, a goroutine for each acquired place", newSemaphore),
	}
}

func spec(name, doc string, make func(executor.Config) (executor.ParallelExecutor, error)) executor.Spec {
	return executor.Spec{Name: name, Doc: doc, New: make}
}

// spread is the plain executor on another foundation.
func spread(name, doc string, on func(ctx context.Context, n, limit int, task func(int) error)) selftest.Innocent {
	return selftest.Innocent{Spec: spec(name, doc, func(c executor.Config) (executor.ParallelExecutor, error) {
		return fanout.New(c, fanout.Parts{Spread: on})
	})}
}

func peer(name, doc string, make func(executor.Config) (executor.ParallelExecutor, error)) selftest.Innocent {
	return selftest.Innocent{Spec: spec(name, doc, make), Peer: true}
}
