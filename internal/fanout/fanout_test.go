package fanout

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios/scenariotest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// With its correct parts the executor keeps the contract. So if a mutant breaks a
// clause, its one defective part is the reason.
func TestKeepsTheContract(t *testing.T) {
	scenariotest.Test(t, func(c executor.Config) executor.ParallelExecutor {
		e, err := New(c, Parts{})
		require.NoError(t, err)
		return e
	})
}
