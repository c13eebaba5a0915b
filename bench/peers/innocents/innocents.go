// Package innocents holds correct executors, each built on another library. The
// scenarios must not find anything wrong with them. It also holds peers: executors
// written as the documentation of those libraries shows. The peers are measured for
// a table (PEERS.md), and may break the contract.
//
// The innocents share the parts of internal/fanout that call an agent and give up
// on it. The library starts their goroutines, limits them and waits for them. The
// innocent "channels" shares nothing.
package innocents

import (
	"context"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/fanout"
	"github.com/watertight-go/watertight/internal/innocents"
	"github.com/watertight-go/watertight/internal/selftest"
)

// All returns the innocents, those of internal/innocents among them, and then the peers.
func All() (all []selftest.Innocent) {
	for _, s := range innocents.All() {
		all = append(all, selftest.Innocent{Spec: s})
	}
	return append(append(all, streams()...), onLibraries()...)
}

func onLibraries() []selftest.Innocent {
	return []selftest.Innocent{
		onLibrary("wg", "sync.WaitGroup.Go, limited by a buffered channel", fanout.RunAll),
		onLibrary("workers", "Limit workers that share an atomic index", workers),
		onLibrary("semaphore", "golang.org/x/sync/semaphore", weighted),
		onLibrary("group", "golang.org/x/sync/errgroup, without a context", group),
		onLibrary("conc", "github.com/sourcegraph/conc/pool", concPool),
		onLibrary("pond", "github.com/alitto/pond/v2", pondPool),
		onLibrary("ants", "github.com/panjf2000/ants/v2", antsPool),
		{
			Spec: executor.Spec{Name: "channels", Doc: "one goroutine per agent and one channel", New: newChannels},
			Waivers: []executor.Waiver{
				{Clause: executor.BoundsStuck, Reason: "it keeps no state between calls, so it cannot bound the stuck calls of many calls"},
			},
		},
		{Spec: executor.Spec{Name: "innocent-reference", Doc: "executor.Reference",
			New:       func(c executor.Config) (executor.ParallelExecutor, error) { return executor.New(c) },
			NewStream: func(c executor.Config) (executor.StreamExecutor, error) { return executor.New(c) },
		}},
		peer("conc-as-shown", "conc's pool with results and a context, as documented", newConc),
		peer("pond-as-shown", "pond's result pool and a group with a context, as documented", newPond),
		peer("ants-as-shown", "ants' pool and a WaitGroup, as documented", newAnts),
		peer("semaphore-as-shown", "x/sync's semaphore and a goroutine per agent, as documented", newSemaphore),
	}
}

func spec(name, doc string, make func(executor.Config) (executor.ParallelExecutor, error)) executor.Spec {
	return executor.Spec{Name: name, Doc: doc, New: make}
}

// onLibrary is the plain executor of internal/fanout, with runAll in place of its own.
func onLibrary(name, doc string, runAll func(ctx context.Context, n, limit int, task func(int) error)) selftest.Innocent {
	return selftest.Innocent{Spec: spec(name, doc, func(c executor.Config) (executor.ParallelExecutor, error) {
		return fanout.New(c, fanout.Parts{RunAll: runAll})
	})}
}

func peer(name, doc string, make func(executor.Config) (executor.ParallelExecutor, error)) selftest.Innocent {
	return selftest.Innocent{Spec: spec(name, doc, make), Peer: true}
}
