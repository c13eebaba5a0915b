package executor_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
)

// An executor that declares a limit of its own claims to keep it.
func TestUnclaimed(t *testing.T) {
	s := executor.Spec{Lacks: []executor.Clause{executor.RespectsLimit, executor.RunsTools}}
	require.Equal(t, []int{8, 9}, s.Unclaimed())
	s.Bounds.Limit = 4
	require.Equal(t, []int{9}, s.Unclaimed())
}
