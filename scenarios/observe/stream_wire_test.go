package observe

import (
	"context"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/judge"
)

// streamsOf is an executor of streams.
func streamsOf(build func(executor.Config) (executor.StreamExecutor, error)) executor.Spec {
	return executor.Spec{Name: "candidate", NewStream: build}
}

func referenceStreams(c executor.Config) (executor.StreamExecutor, error) { return executor.New(c) }

// uncancelled is the reference whose agents' streams never hear of an end.
func uncancelled(c executor.Config) (executor.StreamExecutor, error) {
	c.Runner = deaf{c.Runner.(executor.Streamer)}
	return executor.New(c)
}

type deaf struct{ executor.Streamer }

func (d deaf) StreamAgent(ctx context.Context, a *executor.Agent, input string, h []executor.Message) iter.Seq2[string, error] {
	return d.Streamer.StreamAgent(context.WithoutCancel(ctx), a, input, h)
}

func streamOverWire(t *testing.T, name string, build func(executor.Config) (executor.StreamExecutor, error)) scenarios.Cell {
	t.Helper()
	s, err := scenarios.Lookup(name)
	require.NoError(t, err)
	return specOverWire(t, s, streamsOf(build), unchanged)
}

// The reference keeps every clause, in less than three seconds a scenario on a machine that
// is not late, and each fault of the wire is in one of them.
func TestReferenceStreamsOverTheWire(t *testing.T) {
	seen := map[mocks.WireFault]bool{}
	for _, s := range scenarios.Streams() {
		if !s.OnWire() {
			continue
		}
		for _, a := range s.Agents {
			for name := range strings.SplitSeq(a.Fault.Wire, ",") {
				f, _, err := mocks.WireFault(name).Split()
				require.True(t, err == nil || name == "", "%s", name)
				seen[f] = true
			}
		}
		t.Run(s.Name, func(t *testing.T) {
			cell := streamOverWire(t, s.Name, referenceStreams)
			for _, c := range cell.Verdict.Clauses {
				if judge.TooSlow(c) {
					t.Skipf("unknown: %s", c.Reason)
				}
				require.Equal(t, scenarios.Pass, c.Status, "%+v", c)
			}
			require.Positive(t, cell.Observation.Wire.Requests)
			require.Zero(t, cell.Observation.Wire.Released)
			if cell.Observation.Control.Lateness < 10*time.Millisecond {
				require.Less(t, cell.Observation.Elapsed, 3*time.Second)
			}
		})
	}
	for _, f := range slices.Concat(mocks.WireFaults(), mocks.WireStreamFaults()) {
		require.True(t, seen[f], "no scenario about streams has wire fault %q", f)
	}
}

// Innocent: an executor over a client that forgets to close its stream. It is told, and
// not blamed on the executor.
func TestForgottenStreamIsTheClients(t *testing.T) {
	cell := streamOverWire(t, "stream-wire-forgotten-no-context", referenceStreams)
	require.Equal(t, scenarios.Connections{Open: 1, InUse: 1, Bodies: 1}, cell.Observation.Wire.Left)
	require.Positive(t, cell.Observation.Left.AgentOwn, "the goroutines of the connection")
	require.Equal(t, scenarios.Pass, cell.Verdict.Status(), "%+v", cell.Verdict)
	got := clause(t, cell.Verdict, executor.LeavesNothing)
	require.Contains(t, got.Got, "an agent's client had not closed 1 response body")
}

// Innocent: where the client has the context, an executor that ends it leaves nothing of
// streams that were forgotten or closed late.
func TestForgottenStreamEndsWithItsContext(t *testing.T) {
	for _, name := range []string{"stream-wire-forgotten", "stream-wire-closed-late"} {
		cell := streamOverWire(t, name, referenceStreams)
		require.Zero(t, cell.Observation.Wire.Left.InUse)
		require.NotContains(t, clause(t, cell.Verdict, executor.LeavesNothing).Got, "client")
	}
}

// Planted: an executor that does not end the context of its agents is to blame for the
// same streams.
func TestStreamsInUseAreTheExecutors(t *testing.T) {
	for _, name := range []string{"stream-wire-forgotten", "stream-wire-break", "stream-wire-hang-mid"} {
		cell := streamOverWire(t, name, uncancelled)
		require.Positive(t, cell.Observation.Wire.Left.InUse, name)
		got := clause(t, cell.Verdict, executor.EndsWithConsumer)
		require.Equal(t, scenarios.Fail, got.Status, "%s: %+v", name, got)
	}
}

// The client tries again before the first event, and not after it.
func TestStreamRetriesAreObserved(t *testing.T) {
	agents := streamOverWire(t, "stream-wire-retries", referenceStreams).Observation.Calls[0].Agents
	require.Equal(t, mocks.Responded, agents[0].Outcome)
	require.Len(t, agents[0].Attempts, 3)
	require.Equal(t, mocks.WireStreamPieces, agents[0].Pieces)
	require.Equal(t, mocks.Failed, agents[1].Outcome)
	require.Len(t, agents[1].Attempts, 2)
	require.Equal(t, 2, agents[1].Pieces)
}
