package scenariotest

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios"
)

// using is the reference that does f at each call.
func using(f func()) executor.Spec {
	return spoilt(func(_ executor.Config, ref *executor.Reference) executorFunc {
		return func(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
			f()
			return ref.ExecuteParallel(ctx, input, agents)
		}
	})
}

// derive does what a service does with the context of its whole life.
func derive(life context.Context) {
	_, cancel := context.WithCancel(life)
	cancel()
}

// The test's own context may be used in every scenario, also in one process.
func TestUsesTheTestsContext(t *testing.T) {
	TestSpec(t, using(func() { derive(t.Context()) }), InProcess(), Only("normal", "partial-success", "fail-fast"))
}

// What was made or first used in one scenario, and so belongs to its bubble, is
// no crash in the next. These scenarios run in a child with -cover too.
func TestKeepsWhatItUsed(t *testing.T) {
	life, cancel := context.WithCancel(context.Background())
	defer cancel()
	calls := new(sync.WaitGroup)
	for name, use := range map[string]func(){
		"context":   func() { derive(life) },
		"WaitGroup": func() { calls.Add(1) },
	} {
		t.Run(name, func(t *testing.T) {
			TestSpec(t, using(use), Only("panic", "goexit", "nil-agent", "panic"))
		})
	}
}

// Who uses a channel from outside its bubble within one scenario dies of it in a
// process of its own too, and that is a crash.
func TestOutsideItsBubble(t *testing.T) {
	s, err := scenarios.Lookup("panic")
	require.NoError(t, err)
	outside := make(chan chan int)
	go func() {
		for c := range outside {
			c <- 1
		}
	}()
	t.Cleanup(func() { close(outside) })
	u := ordinary(t, using(func() {
		c := make(chan int)
		outside <- c
		<-c
	}))
	for range 2 {
		got := u.status(t, s, executor.Survives)
		require.Equal(t, scenarios.Fail, got.Status, "%s", text(s, got))
		require.Contains(t, got.Got, "send on synctest channel from outside bubble")
	}
}
