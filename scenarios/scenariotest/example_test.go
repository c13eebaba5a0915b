package scenariotest_test

import (
	"testing"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios/scenariotest"
)

// In a test file of your own.
func Example() {
	_ = func(t *testing.T) {
		scenariotest.Test(t, func(c executor.Config) executor.ParallelExecutor {
			r, err := executor.New(c)
			if err != nil {
				t.Fatal(err)
			}
			return r
		})
	}
}
