package stress

import (
	"fmt"
	"io"
	"os"

	"github.com/watertight-go/watertight/bench/gate"
	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/stress/internal/plan"
	"github.com/watertight-go/watertight/stress/internal/quick"
)

// prepare plans the quick run of gate and baseline.
func (a *quickArgs) prepare(stderr io.Writer, executors []executor.Spec) (*quick.Quick, error) {
	kinds, err := a.kinds()
	if err != nil {
		return nil, err
	}
	return quick.New(quick.Options{
		Executor: a.Executor, Scenarios: a.Scenarios, Kinds: kinds, Parallel: a.Parallel, Timeout: a.Timeout,
		Args: os.Args[1:], Progress: stderr,
	}, executors)
}

// kinds reads -measure.
func (a *quickArgs) kinds() ([]gate.Kind, error) {
	var known []string
	for _, k := range gate.Kinds() {
		known = append(known, string(k))
	}
	var kinds []gate.Kind
	for _, name := range plan.Items(a.Measure, nil) {
		if err := oneOf("-measure", "value", name, known...); err != nil {
			return nil, err
		}
		kinds = append(kinds, gate.Kind(name))
	}
	if len(kinds) == 0 {
		return nil, fmt.Errorf("-measure: got nothing, want some of %q", known)
	}
	return kinds, nil
}
