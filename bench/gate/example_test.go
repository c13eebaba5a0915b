package gate_test

import (
	"fmt"
	"os"

	"github.com/watertight-go/watertight/bench/gate"
	"github.com/watertight-go/watertight/bench/gate/internal/gatetest"
	"github.com/watertight-go/watertight/bench/gate/result"
)

// A run is accepted as the baseline. A later run allocates more in each request.
func ExampleCompare() {
	base := &gate.Baseline{}
	if _, err := base.Accept(gatetest.Report()); err != nil {
		fmt.Println(err)
		return
	}
	later := gatetest.Report()
	later.Bench[0].Allocs++
	answer, err := gate.Compare(base, later, gate.Options{Measure: []gate.Kind{gate.Costs}})
	if err != nil {
		fmt.Println(err)
		return
	}
	answer.Render(os.Stdout, result.RenderOptions{})
	fmt.Println("exit code", answer.ExitCode(result.Lenient))
	// Output:
	// Gate against go1.27 linux/amd64, measured 2026-03-01 on Example, 2 cores: 5 rows
	//
	//    row                           got  want
	// ✗  mine/agents=5/allocs          13   12, at most 12.5
	// ✓  mine/agents=5/retained-bytes  10   10, at most 266
	//
	// - 2 rows of the baseline's cells left out, as asked
	// - 2 rows of the baseline's times left out, as asked
	// FAILED: 1 worse, 4 ok
	// exit code 1
}
