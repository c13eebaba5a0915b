package stress

import (
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/watertight-go/watertight/bench/gate"
	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/stress/internal/plan"
	"github.com/watertight-go/watertight/stress/internal/quick"
)

// quickArgs say what the quick run of gate and baseline measures.
type quickArgs struct {
	Executor  string        `help:"The executor to measure. Default: reference, or the last." placeholder:"NAME"`
	Scenarios string        `help:"Scenarios to run, by name or glob, comma separated. Default: the catalogue." placeholder:"A,B*"`
	Measure   string        `help:"What to measure and compare: cells, costs, times." default:"cells,costs,times" placeholder:"A,B"`
	Parallel  int           `help:"Child processes at a time for cells. Default: six for each processor." placeholder:"N"`
	Timeout   time.Duration `help:"Time that one child may take." default:"30s" placeholder:"30s"`
}

// plan makes the quick run.
func (a *quickArgs) plan(stderr io.Writer, executors []executor.Spec) (*quick.Quick, error) {
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
	var kinds []gate.Kind
	for _, name := range plan.Items(a.Measure, nil) {
		k := gate.Kind(name)
		if !slices.Contains(gate.Kinds(), k) {
			return nil, fmt.Errorf("-measure: got %q, want some of %q", name, gate.Kinds())
		}
		kinds = append(kinds, k)
	}
	if len(kinds) == 0 {
		return nil, fmt.Errorf("-measure: got nothing, want some of %q", gate.Kinds())
	}
	return kinds, nil
}
