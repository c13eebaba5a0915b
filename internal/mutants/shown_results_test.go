package mutants

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/watertight-go/watertight/executor"
)

// stoppedInQueue is a call in which the caller cancels while two agents wait.
var stoppedInQueue = script{
	config: executor.Config{Limit: 1, Policy: executor.CollectErrors}, cancels: 10 * time.Millisecond,
	does: map[string]agentFunc{"a": atEnd(answer)},
}

var shownResults = []shown{
	{"skipped-without-error", once(stoppedInQueue),
		"a=a; agent b: not started: context canceled + agent c: not started: context canceled, after 10ms",
		"a=a; <nil>, after 10ms",
	},
	{"zero-value-for-skipped", once(stoppedInQueue),
		"a=a; agent b: not started: context canceled + agent c: not started: context canceled, after 10ms",
		"a=a b= c=; <nil>, after 10ms",
	},
	{"skipped-after-failure", once(script{
		config: executor.Config{Limit: 1}, does: map[string]agentFunc{"a": fail(errBroken)},
	}),
		"b=b c=c; <nil>, after 0s",
		"; agent a: broken, after 0s",
	},
	{"response-of-another", once(stoppedInQueue),
		"a=a; agent b: not started: context canceled + agent c: not started: context canceled, after 10ms",
		"a=a b=a c=a; agent b: not started: context canceled + agent c: not started: context canceled, after 10ms",
	},
	{"empty-for-stopped", once(script{cancels: 10 * time.Millisecond, does: map[string]agentFunc{"b": hang}}),
		"a=a c=c; <nil>, after 10ms",
		"a=a b= c=c; <nil>, after 10ms",
	},
}

// hanging is a call in which agent b answers nothing until the end.
func hanging(s script) script {
	s.does = map[string]agentFunc{"b": hang}
	return s
}

var (
	cancelled   = script{cancels: 10 * time.Millisecond}
	answersLate = map[string]agentFunc{"a": atEnd(answer), "b": atEnd(answer)}
)

var shownByChance = []shown{
	{"chance-send-or-caller", once(script{cancels: 10 * time.Millisecond, does: answersLate}),
		"a=a b=b c=c; <nil>, after 10ms",
		"",
	},
	{"chance-unbuffered-or-done", once(script{does: answersLate}),
		"a=a b=b c=c; <nil>, after 1s",
		"",
	},
	{"chance-send-or-default", once(script{does: answersLate}),
		"a=a b=b c=c; <nil>, after 1s",
		"",
	},
	{"chance-send-or-failed", once(script{does: map[string]agentFunc{
		"a": after(time.Millisecond, fail(errBroken)), "b": after(2*time.Millisecond, answer),
	}}),
		"b=b c=c; <nil>, after 2ms",
		"",
	},
	{"chance-await-or-caller", once(hanging(cancelled)),
		"a=a c=c; <nil>, after 10ms",
		"",
	},
	{"chance-await-or-time", once(hanging(script{})),
		"a=a c=c; <nil>, after 1s",
		"",
	},
	{"chance-await-or-deadline", once(hanging(script{ends: 10 * time.Millisecond})),
		"a=a c=c; <nil>, after 10ms",
		"",
	},
	{"chance-collect-or-done", once(hanging(cancelled)),
		"a=a c=c; <nil>, after 10ms",
		"",
	},
	{"chance-outcome-or-done", once(hanging(cancelled)),
		"a=a c=c; <nil>, after 10ms",
		"",
	},
	{"chance-failure-or-done", once(script{
		config: executor.Config{Policy: executor.FailFast}, agents: named("a"),
		does: map[string]agentFunc{"a": fail(errBroken)},
	}),
		"; agent a: broken, after 0s",
		"",
	},
	{"chance-place-or-done", once(script{cancels: -1, agents: named("a")}),
		"; agent a: not started: context canceled, after 0s",
		"",
	},
}

// afterFirst is a call with one place, in which agent a ends as do does.
func afterFirst(do agentFunc) observation {
	return once(script{config: executor.Config{Limit: 1}, does: map[string]agentFunc{"a": do}})
}

// withTool is agent a with a tool, and an agent b.
func withTool(handler func(context.Context, string) (string, error)) []*executor.Agent {
	agents := named("a", "b")
	agents[0].Tools = []executor.Tool{{Name: "tool", Handler: handler}}
	return agents
}

// callTool is an agent whose response has a tool call.
func callTool(_ context.Context, a *executor.Agent, _ string) (*executor.AgentResponse, error) {
	return &executor.AgentResponse{AgentID: a.ID, AgentName: a.Name, ToolCalls: []executor.ToolCall{{ID: "1", Name: "tool"}}}, nil
}

// alone is an agent that fails if another one runs at the same time.
func alone(running *atomic.Int64) agentFunc {
	return func(ctx context.Context, a *executor.Agent, input string) (*executor.AgentResponse, error) {
		defer running.Add(-1)
		if n := running.Add(1); n > 1 {
			return nil, fmt.Errorf("%d at a time", n)
		}
		time.Sleep(10 * time.Millisecond)
		return answer(ctx, a, input)
	}
}

var shownLimits = []shown{
	{"place-kept-after-panic", afterFirst(panics),
		"b=b c=c; <nil>, after 0s",
		"; agent a: panic: boom + agent b: not started: context deadline exceeded + agent c: not started: context deadline exceeded, after 3s",
	},
	{"place-kept-after-goexit", afterFirst(exits),
		"b=b c=c; <nil>, after 0s",
		"; agent a: goroutine ended by runtime.Goexit + agent b: not started: context deadline exceeded + agent c: not started: context deadline exceeded, after 3s",
	},
	{"place-kept-after-nil", afterFirst(fail(nil)),
		"b=b c=c; <nil>, after 0s",
		"; agent a: runner returned a nil response and a nil error + agent b: not started: context deadline exceeded + agent c: not started: context deadline exceeded, after 3s",
	},
	{"place-kept-after-time-out", afterFirst(hang),
		"b=b c=c; <nil>, after 1s",
		"; agent a: context deadline exceeded + agent b: not started: context deadline exceeded + agent c: not started: context deadline exceeded, after 3s",
	},
	{"place-kept-after-tool-panic", once(script{
		config: executor.Config{Limit: 1}, does: map[string]agentFunc{"a": callTool},
		agents: withTool(func(context.Context, string) (string, error) { panic("boom") }),
	}),
		"a=[tool  panic: boom] b=b; <nil>, after 0s",
		"a=[tool  panic: boom]; <nil>, after 2s",
	},
	{"place-freed-twice", func() observation {
		var running atomic.Int64
		return once(script{
			config: executor.Config{Limit: 1, Policy: executor.CollectErrors},
			does:   map[string]agentFunc{"a": panics, "b": alone(&running), "c": after(5*time.Millisecond, alone(&running))},
		})
	}(),
		"b=b c=c; agent a: panic: boom, after 25ms",
		"b=b; agent a: panic: boom + agent c: 2 at a time, after 10ms",
	},
}
