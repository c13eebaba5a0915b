package stress

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"go.uber.org/goleak"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/exhibits"
	"github.com/watertight-go/watertight/internal/child/childtest"
	"github.com/watertight-go/watertight/stress/internal/cell"
)

// commandEnv makes the test binary the command, with the executors of this
// file beside those of the registry.
const commandEnv = "STRESS_TEST_COMMAND"

// pidEnv names the file in which a sleeper's process says who it is.
const pidEnv = "STRESS_TEST_PID"

func TestMain(m *testing.M) {
	_, child := os.LookupEnv(cell.Env)
	if child || os.Getenv(commandEnv) != "" {
		os.Exit(Main(os.Args[1:], append(exhibits.Specs(), sleeper(), waived(), intruder(), theirs(), mine())...))
	}
	testscript.Main(leakChecked{m}, map[string]func(){
		"stress": func() { os.Exit(Main(os.Args[1:])) },
		// The command with a stranger's executors alone, and beside those of the case.
		"strangers": func() { os.Exit(Main(os.Args[1:], theirs(), mine())) },
		"beside":    func() { os.Exit(Main(os.Args[1:], append([]executor.Spec{mine()}, exhibits.Specs()...)...)) },
	})
}

// theirs and mine are executors that are no part of the case.
func theirs() executor.Spec {
	return executor.Spec{Name: "theirs", Doc: "stops at the first failure", New: exhibits.NewErrGroup}
}

func mine() executor.Spec {
	return executor.Spec{Name: "mine", Doc: "keeps the contract", New: func(c executor.Config) (executor.ParallelExecutor, error) { return executor.New(c) }}
}

// intruderEnv names a file that an intruder writes.
const intruderEnv = "STRESS_TEST_INTRUDER"

// intruder is an executor that keeps the contract and writes a file meanwhile.
func intruder() executor.Spec {
	return executor.Spec{Name: "intruder", Doc: "writes a file", New: func(c executor.Config) (executor.ParallelExecutor, error) {
		if file := os.Getenv(intruderEnv); file != "" {
			if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, []byte("x"), 0o600)); err != nil {
				return nil, err
			}
		}
		return executor.New(c)
	}}
}

// leakChecked fails a run of tests that passed and left goroutines.
type leakChecked struct{ m *testing.M }

func (l leakChecked) Run() int {
	code := l.m.Run()
	if code != 0 {
		return code
	}
	if err := goleak.Find(); err != nil {
		_, _ = os.Stderr.WriteString(err.Error() + "\n")
		return 1
	}
	return 0
}

// waived is an executor that breaks clauses with leave.
func waived() executor.Spec {
	return executor.Spec{Name: "waived", Doc: "stops at the first failure, as is said", New: exhibits.NewErrGroup, Waivers: []executor.Waiver{
		{Clause: executor.LosesNothing, Reason: "stops at the first failure"},
		{Clause: executor.PartialSuccess, Reason: "stops at the first failure"},
	}}
}

// sleeper is an executor that cannot even be built: New never comes back, so
// its cells run into their deadline.
func sleeper() executor.Spec {
	return executor.Spec{Name: "sleeper", Doc: "never ready", New: func(executor.Config) (executor.ParallelExecutor, error) {
		if file := os.Getenv(pidEnv); file != "" {
			if err := childtest.Note(file, os.Getpid()); err != nil {
				return nil, err
			}
		}
		waitForNothing(context.Background())
		return nil, nil
	}}
}

// waitForNothing is what the stacks of a killed child must name.
//
//go:noinline
func waitForNothing(ctx context.Context) {
	never := make(chan struct{})
	select {
	case <-never:
	case <-ctx.Done():
	}
}
