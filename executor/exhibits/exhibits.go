// Package exhibits holds the four executors of the case (docs/case.md): the
// original and the three changes that were proposed for it. They show patterns
// found in the field with their weaknesses, so that a test suite has something
// real to find. Use executor.Reference in production, not these.
package exhibits

import (
	"fmt"

	"github.com/watertight-go/watertight/executor"
)

// Specs lists the four exhibits and the reference in display order: the
// original ("before") first, the reference ("after") last.
func Specs() []executor.Spec {
	noLimit := []executor.Clause{executor.RespectsLimit}
	return []executor.Spec{
		{Name: "waitgroup", Doc: "the original: one goroutine per agent, a WaitGroup, buffered channels", Lacks: noLimit, New: NewWaitGroup},
		{Name: "contextcheck", Doc: "option 1: the original with context checks added", Lacks: noLimit, New: NewContextCheck},
		{Name: "detached", Doc: "option 2: one more goroutine per agent and a select on its timeout", Lacks: noLimit, New: NewDetached},
		{Name: "errgroup", Doc: "option 3, the proposed fix: errgroup.WithContext, errors returned from g.Go", Lacks: noLimit, New: NewErrGroup},
		{Name: "reference", Doc: "the executor that keeps the whole contract", New: func(c executor.Config) (executor.ParallelExecutor, error) { return executor.New(c) }},
	}
}

// Lookup returns the executor of Specs with this name.
func Lookup(name string) (executor.Spec, error) {
	var names []string
	for _, s := range Specs() {
		if s.Name == name {
			return s, nil
		}
		names = append(names, s.Name)
	}
	return executor.Spec{}, fmt.Errorf("exhibits: unknown executor %q (want one of %q)", name, names)
}
