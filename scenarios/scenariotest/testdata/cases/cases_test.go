// Package cases calls scenariotest from tests of every shape.
package cases

import (
	"context"
	"flag"
	"fmt"
	"os"
	"sync"
	"testing"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios/scenariotest"
)

// note is where every process that runs TestMain adds its number.
var note = flag.String("note", "", "file for the number of each process")

func TestMain(m *testing.M) {
	flag.Parse()
	if *note != "" {
		f, err := os.OpenFile(*note, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			panic(err)
		}
		fmt.Fprintln(f, os.Getpid())
		if err := f.Close(); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// some are a scenario that runs anywhere and one that a defect would crash.
var some = scenariotest.Only("normal", "panic")

func reference(c executor.Config) executor.ParallelExecutor {
	r, err := executor.New(c)
	if err != nil {
		panic(err)
	}
	return r
}

type function func(context.Context, string, []*executor.Agent) (map[string]*executor.AgentResponse, error)

func (f function) ExecuteParallel(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
	return f(ctx, input, agents)
}

// does is an executor that does f and then what the reference does.
func does(f func()) func(executor.Config) executor.ParallelExecutor {
	return func(c executor.Config) executor.ParallelExecutor {
		ref := reference(c)
		return function(func(ctx context.Context, input string, agents []*executor.Agent) (map[string]*executor.AgentResponse, error) {
			f()
			return ref.ExecuteParallel(ctx, input, agents)
		})
	}
}

func TestPlain(t *testing.T) { scenariotest.Test(t, reference, some) }

// The second call is another executor: each must get a child of its own.
func TestTwice(t *testing.T) {
	scenariotest.Test(t, reference, some)
	scenariotest.Test(t, does(func() { panic("the second call") }), scenariotest.Only("timeout", "panic"),
		scenariotest.Waive(executor.ReturnsInTime, "planted"), scenariotest.Waive(executor.LosesNothing, "planted"),
		scenariotest.Waive(executor.PartialSuccess, "planted"), scenariotest.Waive(executor.Survives, "planted"))
}

func TestNames(t *testing.T) {
	for _, name := range []string{"a(b)|c", "[d]/e.*$", "f g", "ü\x00", "same", "same"} {
		t.Run(name, func(t *testing.T) { scenariotest.Test(t, reference, some) })
	}
}

func TestParallel(t *testing.T) {
	for i := range 4 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			scenariotest.Test(t, reference, some)
		})
	}
}

func TestElsewhere(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("SOME", "thing")
	scenariotest.Test(t, reference, some)
}

func FuzzSeeds(f *testing.F) {
	f.Add("a")
	f.Add("b")
	f.Fuzz(func(t *testing.T, _ string) { scenariotest.Test(t, reference, some) })
}

func BenchmarkNothing(b *testing.B) {
	for b.Loop() {
	}
}

// What follows must fail, each in its own way, and end no other test.

func TestCrashes(t *testing.T) {
	scenariotest.Test(t, does(func() { go func() { panic("planted") }(); select {} }), some)
}

func TestExits(t *testing.T) { scenariotest.Test(t, does(func() { os.Exit(7) }), some) }

func TestSpins(t *testing.T) {
	scenariotest.Test(t, does(func() {
		for {
		}
	}), scenariotest.Only("normal"))
}

func TestFatal(t *testing.T) {
	scenariotest.Test(t, does(func() { new(sync.Mutex).Unlock() }), some)
}

// TestStuck holds its process up for ever, in a way that no clock ends.
func TestStuck(t *testing.T) {
	var mu sync.Mutex
	mu.Lock()
	scenariotest.Test(t, does(mu.Lock), scenariotest.Only("normal"))
}

// The child comes to the call only where the parent does.
func TestNeverReached(t *testing.T) {
	if len(os.Getenv("WATERTIGHT_TEST_CALL")) > 0 {
		t.Fatal("this stands before the call")
	}
	scenariotest.Test(t, reference, some)
}
