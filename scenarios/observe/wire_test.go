package observe

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/repeat"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/mocks/openai"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/judge"
)

// serverEnv makes this test binary the faulty server, in a process of its own.
const serverEnv = "SCENARIOS_TEST_SERVER"

func serve() int {
	server, err := openai.NewServer(openai.Config{})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer server.Close()
	fmt.Println(server.URL())
	io.Copy(io.Discard, os.Stdin) // until the parent has ended
	return 0
}

// serverBeside starts the faulty server for as long as the test runs.
func serverBeside(t *testing.T) (url string) {
	t.Helper()
	exe, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), serverEnv+"=1")
	stdin, err := cmd.StdinPipe()
	require.NoError(t, err)
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		stdin.Close()
		cmd.Wait()
	})
	line, err := bufio.NewReader(stdout).ReadString('\n')
	require.NoError(t, err)
	return strings.TrimSpace(line)
}

// overWire runs an executor in a wire scenario, with the server beside it.
// change may put a client of its own between.
func overWire(t *testing.T, name string, build func(executor.Config) (executor.ParallelExecutor, error), change func(mocks.Wire, string) mocks.Wire) scenarios.Cell {
	t.Helper()
	s, err := scenarios.Lookup(name)
	require.NoError(t, err)
	return runOverWire(t, s, build, change)
}

// runOverWire is overWire for a scenario that need not be in the catalogue.
func runOverWire(t *testing.T, s scenarios.Scenario, build func(executor.Config) (executor.ParallelExecutor, error), change func(mocks.Wire, string) mocks.Wire) scenarios.Cell {
	t.Helper()
	return specOverWire(t, s, executor.Spec{Name: "candidate", New: build}, change)
}

// specOverWire is runOverWire for any executor.
func specOverWire(t *testing.T, s scenarios.Scenario, spec executor.Spec, change func(mocks.Wire, string) mocks.Wire) scenarios.Cell {
	t.Helper()
	url := serverBeside(t)
	var o scenarios.Observation
	var err error
	var runs repeat.Cell
	for again := true; again; again = runs.Again(s, &o) {
		o, err = Run(context.Background(), s, spec, Options{
			Settle: 300 * time.Millisecond, // a client's pause before it tries again
			Wire: func(retries int) (mocks.Wire, error) {
				r, err := openai.NewRunner(openai.RunnerConfig{BaseURL: url, MaxRetries: retries})
				return change(r, url), err
			},
		})
		require.NoError(t, err)
	}
	return scenarios.Cell{Observation: o, Verdict: judge.Judge(s, o)}
}

func unchanged(w mocks.Wire, _ string) mocks.Wire { return w }

func reference(c executor.Config) (executor.ParallelExecutor, error) { return executor.New(c) }

func TestReferenceOverTheWire(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range scenarios.Catalogue() {
		if !s.OnWire() {
			continue
		}
		for _, a := range s.Agents {
			for _, f := range mocks.WireFaults() {
				seen[string(f)] = seen[string(f)] || strings.Contains(a.Fault.Wire, string(f))
			}
		}
		t.Run(s.Name, func(t *testing.T) {
			cell := overWire(t, s.Name, reference, unchanged)
			for _, c := range cell.Verdict.Clauses {
				if judge.TooSlow(c) {
					t.Skipf("unknown: %s", c.Reason)
				}
				require.Equal(t, scenarios.Pass, c.Status, "%+v", c)
			}
			require.Positive(t, cell.Observation.Wire.Requests)
			require.Zero(t, cell.Observation.Wire.Released)
		})
	}
	for _, f := range mocks.WireFaults() {
		require.True(t, seen[string(f)], "no scenario of the catalogue has wire fault %q", f)
	}
}

func TestRetriesAreObservedAndObeyed(t *testing.T) {
	cell := overWire(t, "wire-retry-after", reference, unchanged)
	a := cell.Observation.Calls[0].Agents[0]
	require.Equal(t, mocks.Responded, a.Outcome)
	require.Len(t, a.Attempts, 3)
	require.GreaterOrEqual(t, a.Attempts[2]-a.Attempts[0], 20*time.Millisecond)
}

// unstopped is the reference with agents that never hear of an end.
func unstopped(c executor.Config) (executor.ParallelExecutor, error) {
	next := c.Runner
	c.Runner = runnerFunc(func(ctx context.Context, a *executor.Agent, input string, h []executor.Message) (*executor.AgentResponse, error) {
		return next.ExecuteAgent(context.WithoutCancel(ctx), a, input, h)
	})
	return executor.New(c)
}

// Planted: an executor that does not cancel leaves its connections in use.
func TestConnectionsInUseAreTheExecutors(t *testing.T) {
	for _, name := range []string{"wire-hang-headers", "wire-hang-body", "wire-slow-drip"} {
		got := clause(t, overWire(t, name, unstopped, unchanged).Verdict, executor.LeavesNothing)
		require.Equal(t, scenarios.Fail, got.Status, "%+v", got)
		require.Contains(t, got.Got+strings.Join(got.Evidence, "\n"), "in use by agents that were not stopped")
	}
}

// Planted: a client that goes on trying when the agent's time is over, because
// the executor did not tell it.
func TestRequestsAfterTheTimeAreTheExecutors(t *testing.T) {
	got := clause(t, overWire(t, "wire-server-error", unstopped, unchanged).Verdict, executor.Cancels)
	require.Equal(t, scenarios.Fail, got.Status, "%+v", got)
	require.Contains(t, got.Got+strings.Join(got.Evidence, "\n"), "after the agent's time was over")
}

// Innocent: an executor whose agents' client forgets a body. It is told, and
// not blamed on the executor.
func TestForgottenBodyIsTheClients(t *testing.T) {
	bodies := make(chan io.Closer, 100)
	cell := overWire(t, "wire-hang-headers", reference, func(w mocks.Wire, url string) mocks.Wire {
		return forgetful{w, url, bodies}
	})
	close(bodies)
	for b := range bodies {
		b.Close()
	}
	require.Equal(t, 2, cell.Observation.Wire.Released.Bodies)
	got := clause(t, cell.Verdict, executor.LeavesNothing)
	require.Equal(t, scenarios.Pass, got.Status, "%+v", got)
	require.Contains(t, got.Got, "forgot to close 2 response bodies")
}

// forgetful asks for a page before each healthy call, and does not close it.
type forgetful struct {
	mocks.Wire
	url    string
	bodies chan<- io.Closer
}

func (f forgetful) Runner(model string) executor.Runner {
	next := f.Wire.Runner(model)
	if !strings.HasPrefix(model, string(mocks.WireOK)) {
		return next
	}
	get := f.Wire.(interface{ Client() *http.Client }).Client()
	return runnerFunc(func(ctx context.Context, a *executor.Agent, input string, h []executor.Message) (*executor.AgentResponse, error) {
		resp, err := get.Post(f.url+"/chat/completions", "application/json", strings.NewReader(`{"model":"hang-in-body"}`))
		if err != nil {
			return nil, err
		}
		f.bodies <- resp.Body
		return next.ExecuteAgent(ctx, a, input, h)
	})
}

type runnerFunc func(context.Context, *executor.Agent, string, []executor.Message) (*executor.AgentResponse, error)

func (f runnerFunc) ExecuteAgent(ctx context.Context, a *executor.Agent, input string, h []executor.Message) (*executor.AgentResponse, error) {
	return f(ctx, a, input, h)
}

// A fault on the wire stays there, whatever it is composed into.
func TestComposedFaultsAreOnTheWire(t *testing.T) {
	s, err := scenarios.Lookup("wire-healthy")
	require.NoError(t, err)
	s.Name, s.Load, s.Clauses = "composed", scenarios.Load{}, clauses()
	s.Agents = agentsWith(mocks.HoldMemory(1<<16, mocks.OnWire()), mocks.FlakyEvery(2, mocks.Fail(10*msec), mocks.OnWire()))
	require.True(t, s.OnWire())
	cell := runOverWire(t, s, reference, unchanged)
	require.Equal(t, scenarios.Pass, cell.Verdict.Status(), "%+v", cell.Verdict)
	require.Equal(t, 2, cell.Observation.Wire.Requests)
	for _, a := range cell.Observation.Calls[0].Agents {
		require.Equal(t, mocks.Responded, a.Outcome, "%+v", a)
	}
}

// A scenario that needs a client says so.
func TestNoWire(t *testing.T) {
	s, err := scenarios.Lookup("wire-healthy")
	require.NoError(t, err)
	_, err = Run(context.Background(), s, executor.Spec{Name: "x", New: reference}, Options{})
	require.ErrorContains(t, err, "options.Wire: got nil")
}
