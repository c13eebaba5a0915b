package innocents

import (
	"slices"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/adapt"
	"github.com/watertight-go/watertight/internal/selftest"
	"github.com/watertight-go/watertight/scenarios/judge"
)

// streams are fan-outs of streams on libraries. They wait for models that ignore their
// context, and let panics through.
func streams() []selftest.Innocent {
	return []selftest.Innocent{
		onStreams(adapt.StreamChannel(groupChannel, chunk.event), "group-channel", "golang.org/x/sync/errgroup, a channel and a select",
			executor.FailFast, nil, missesExits),
		onStreams(adapt.StreamSeq(groupSeq, chunk.event), "group-seq", "golang.org/x/sync/errgroup behind a sequence that waits for it",
			executor.FailFast, []executor.Clause{executor.Joins}, missesExits),
		onStreams(adapt.StreamConfigured(weightedStreams), "semaphore-channel", "golang.org/x/sync/semaphore and a channel",
			executor.CollectErrors, nil),
		onStreams(adapt.StreamCallback(concStream, chunk.event), "conc-stream", "github.com/sourcegraph/conc/stream, whose callbacks have whole answers in order",
			executor.CollectErrors, []executor.Clause{executor.Joins}, buffersAll, hangsOnExits),
		onStreams(adapt.StreamReader(openPool, chunk.event), "conc-reader", "an object with Recv and Close over github.com/sourcegraph/conc/pool",
			executor.CollectErrors, []executor.Clause{executor.Joins}),
	}
}

func onStreams(s executor.Spec, name, doc string, p executor.Policy, claims []executor.Clause, more ...func(*executor.Spec)) selftest.Innocent {
	s.Name, s.Doc, s.Policy = name, doc, p
	s.Waivers = append(judge.WaitsForIgnoring("its models obey their context"), judge.LetsPanicsThrough("a panic is a bug and must be seen")...)
	s.Lacks = slices.DeleteFunc(slices.Clone(s.Lacks), func(c executor.Clause) bool { return slices.Contains(claims, c) })
	for _, declare := range more {
		declare(&s)
	}
	return selftest.Innocent{Spec: s}
}

// missesExits is for a fan-out on errgroup.
func missesExits(s *executor.Spec) {
	onExit(s, "errgroup takes a Goexit for a success", executor.PartialSuccess, executor.Survives)
}

// hangsOnExits is for a fan-out on conc/stream.
func hangsOnExits(s *executor.Spec) {
	onExit(s, "conc/stream waits for ever for a task that ended its goroutine", executor.ReturnsInTime, executor.PartialSuccess,
		executor.LeavesNothing, executor.Survives, executor.EndsWithConsumer)
}

func onExit(s *executor.Spec, reason string, clauses ...executor.Clause) {
	for _, c := range clauses {
		s.Waivers = append(s.Waivers, executor.Waiver{Clause: c, Reason: reason, Scenarios: []string{"stream-goexit"}})
	}
}

// buffersAll is for a fan-out that delivers whole answers.
func buffersAll(s *executor.Spec) { s.Lacks = append(s.Lacks, executor.BoundsBuffer) }
