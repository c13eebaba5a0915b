package judge_test

import (
	"context"
	"fmt"

	"github.com/watertight-go/watertight/executor/exhibits"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/judge"
	"github.com/watertight-go/watertight/scenarios/observe"
)

// The compatibility matrix, as it comes out for the proposed fix.
func ExampleCompare() {
	s, _ := scenarios.Lookup("partial-success")
	var cells []scenarios.Cell
	for _, name := range []string{"waitgroup", "errgroup", "reference"} {
		spec, _ := exhibits.Lookup(name)
		o, err := observe.Run(context.Background(), s, spec, observe.Options{})
		if err != nil {
			fmt.Println(err)
			return
		}
		cells = append(cells, scenarios.Cell{Observation: o, Verdict: judge.Judge(s, o)})
	}
	for _, after := range cells[1:] {
		c := judge.Compare(s, cells[0], after)
		fmt.Printf("%s: %s to %s: %s\n", c.MatrixRow, c.Before, c.After, c.Relation)
	}
	// Output:
	// Partial success: waitgroup to errgroup: BROKEN
	// Partial success: waitgroup to reference: same
}
