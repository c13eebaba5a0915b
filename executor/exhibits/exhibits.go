// Package exhibits holds four executors that break the contract: an executor that
// leaked goroutines in production, and the three changes that were proposed for
// it (docs/case.md). They are common patterns, kept with their weaknesses, so
// that a test suite has something real to find. Use executor.Reference instead
// of them.
package exhibits

import (
	"fmt"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/nearest"
)

// Specs lists the four exhibits and the reference in display order: the
// original ("before") first, the reference ("after") last.
func Specs() []executor.Spec {
	noLimit := []executor.Clause{executor.RespectsLimit}
	return []executor.Spec{
		{Name: "waitgroup", Doc: "the original: one goroutine per agent, a WaitGroup, buffered channels", Lacks: noLimit, New: NewWaitGroup},
		{Name: "contextcheck", Doc: "option 1: the original, with context checks added", Lacks: noLimit, New: NewContextCheck},
		{Name: "detached", Doc: "option 2: one more goroutine per agent, and a select on the agent's timeout", Lacks: noLimit, New: NewDetached},
		{Name: "errgroup", Doc: "option 3, the proposed fix: errgroup.WithContext, errors returned from g.Go", Lacks: noLimit, New: NewErrGroup},
		{Name: "reference", Doc: "the executor that keeps the whole contract", New: newReference, NewStream: newReferenceStream, Bounds: executor.Bounds{Buffer: executor.StreamBuffer}},
	}
}

// newReference has a name, as function literals are copied where their function is
// inlined, and internal/casestudy recognises executors by this function.
func newReference(c executor.Config) (executor.ParallelExecutor, error) { return executor.New(c) }

func newReferenceStream(c executor.Config) (executor.StreamExecutor, error) { return executor.New(c) }

// Lookup returns the executor of Specs that has this name. The error about an
// unknown name suggests similar names.
func Lookup(name string) (executor.Spec, error) {
	var names []string
	for _, s := range Specs() {
		if s.Name == name {
			return s, nil
		}
		names = append(names, s.Name)
	}
	return executor.Spec{}, fmt.Errorf("exhibits: %w", nearest.Unknown("executor", name, names, ""))
}
