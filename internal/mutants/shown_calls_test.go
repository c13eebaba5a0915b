package mutants

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"weak"

	"github.com/watertight-go/watertight/executor"
)

// contextAfter says whether the context of an agent is done when the call has returned.
func contextAfter(t *testing.T, create maker) string {
	var given context.Context
	var after error
	s := script{
		does: map[string]agentFunc{
			"a": func(ctx context.Context, a *executor.Agent, input string) (*executor.AgentResponse, error) {
				given = ctx
				return answer(ctx, a, input)
			},
		},
		returned: func() {
			if given != nil {
				after = given.Err()
			}
		},
	}
	s.on(s.in(t, create))
	return fmt.Sprint(after)
}

// heldAfter says whether memory of a call is still held when it has returned: a value of
// the caller's context and the response of an agent.
func heldAfter(t *testing.T, create maker) string {
	var value, response weak.Pointer[executor.AgentResponse]
	s := script{does: map[string]agentFunc{
		"a": func(context.Context, *executor.Agent, string) (*executor.AgentResponse, error) {
			r := &executor.AgentResponse{Content: "well"}
			response = weak.Make(r)
			return r, nil
		},
	}}
	e := s.in(t, create)
	func() {
		own := &executor.AgentResponse{Content: "request"}
		value = weak.Make(own)
		one := s
		one.value = own
		one.on(e)
	}()
	time.Sleep(2 * time.Second) // the runtime forgets a stopped timer when its time has come
	runtime.GC()
	defer runtime.KeepAlive(e)
	return fmt.Sprintf("value %t, response %t", value.Value() != nil, response.Value() != nil)
}

// goroutinesAfter says how many goroutines of a call are left when it has returned.
func goroutinesAfter(s script) observation {
	return func(t *testing.T, create maker) string {
		before := goroutinesOfBubble()
		s.on(s.in(t, create))
		synctest.Wait()
		return fmt.Sprintf("%d left", goroutinesOfBubble()-before)
	}
}

// goroutinesOfBubble counts the goroutines in the bubble of the caller. Goroutines of
// earlier tests that are ending are in other bubbles.
func goroutinesOfBubble() int {
	buffer := make([]byte, 1<<20)
	own := string(buffer[:runtime.Stack(buffer, false)])
	header, _, _ := strings.Cut(own, "\n")
	_, bubble, _ := strings.Cut(header, "synctest bubble")
	all := string(buffer[:runtime.Stack(buffer, true)])
	return strings.Count(all, "synctest bubble"+bubble+"\n")
}

// slowToEnd are agents that honour their context, but need a moment for it.
var slowToEnd = map[string]agentFunc{"b": atEnd(after(5*time.Millisecond, hang))}

var shownContexts = []shown{
	{"cancel-dropped-after-answer", contextAfter,
		"context canceled",
		"<nil>",
	},
	{"cancel-postponed", contextAfter,
		"context canceled",
		"<nil>",
	},
	{"agents-of-the-executor", contextAfter,
		"context canceled",
		"<nil>",
	},
	{"linked-forever", heldAfter,
		"value false, response false",
		"value true, response false",
	},
	{"timers-of-a-minute", heldAfter,
		"value false, response false",
		"value false, response true",
	},
	{"values-lost", once(script{value: "trace 1", agents: named("a"), does: map[string]agentFunc{"a": say(valueOf)}}),
		"a=trace 1; <nil>, after 0s",
		"a=<nil>; <nil>, after 0s",
	},
	{"deadline-lost", once(script{ends: 100 * time.Millisecond, agents: named("a"), does: map[string]agentFunc{"a": say(timeLeft)}}),
		"a=100ms; <nil>, after 0s",
		"a=1s; <nil>, after 0s",
	},
	{"cause-lost", once(script{cancels: 10 * time.Millisecond, agents: named("a"), does: map[string]agentFunc{"a": atEnd(say(causeOf))}}),
		"a=the user left; <nil>, after 10ms",
		"a=context canceled; <nil>, after 10ms",
	},
	{"values-of-first-call", inTurn(
		script{value: "trace 1", agents: named("a"), does: map[string]agentFunc{"a": say(valueOf)}},
		script{value: "trace 2", agents: named("a")},
	),
		"a=trace 1; <nil>, after 0s | a=trace 2; <nil>, after 0s",
		"a=trace 1; <nil>, after 0s | a=trace 1; <nil>, after 0s",
	},
	{"returns-at-cancel", goroutinesAfter(script{cancels: 10 * time.Millisecond, does: slowToEnd}),
		"0 left",
		"2 left",
	},
	{"returns-at-first-failure", goroutinesAfter(script{
		config: executor.Config{Policy: executor.FailFast},
		does:   map[string]agentFunc{"a": within(time.Millisecond, fail(errBroken)), "b": slowToEnd["b"]},
	}),
		"0 left",
		"3 left",
	},
	{"watcher-for-a-second", goroutinesAfter(script{}),
		"0 left",
		"1 left",
	},
	{"metrics-in-background", goroutinesAfter(script{}),
		"0 left",
		"1 left",
	},
	{"clean-up-by-context", goroutinesAfter(script{}),
		"0 left",
		"1 left",
	},
}

func valueOf(ctx context.Context) string { return fmt.Sprint(ctx.Value(valueKey{})) }

func causeOf(ctx context.Context) string { return context.Cause(ctx).Error() }

func timeLeft(ctx context.Context) string {
	deadline, _ := ctx.Deadline()
	return time.Until(deadline).String()
}

// impatient is a call that the caller cancels before agent a answers. patient is one
// like it that starts later, whose caller waits.
var (
	slowly    = map[string]agentFunc{"a": within(20*time.Millisecond, answer)}
	impatient = script{input: "q/", agents: named("a"), does: slowly, cancels: 10 * time.Millisecond}
	patient   = script{input: "q/", agents: named("a"), starts: 5 * time.Millisecond}
)

var shownSharing = []shown{
	{"one-flight-per-input", together(impatient, patient),
		"; agent a: context canceled, after 10ms | a=q/a; <nil>, after 20ms",
		"; agent a: context canceled, after 10ms | ; agent a: context canceled, after 5ms",
	},
	{"one-flight-per-agent", together(impatient, patient),
		"; agent a: context canceled, after 10ms | a=q/a; <nil>, after 20ms",
		"; agent a: context canceled, after 10ms | ; agent a: context canceled, after 5ms",
	},
	{"failure-remembered", inTurn(impatient, patient),
		"; agent a: context canceled, after 10ms | a=q/a; <nil>, after 20ms",
		"; agent a: context canceled, after 10ms | ; agent a: context canceled, after 0s",
	},
	{"results-of-all-calls", together(
		script{input: "one/", agents: named("a", "b"), does: map[string]agentFunc{"b": within(20*time.Millisecond, answer)}},
		script{input: "two/", agents: named("a", "b"), starts: 5 * time.Millisecond},
	),
		"a=one/a b=one/b; <nil>, after 20ms | a=two/a b=two/b; <nil>, after 20ms",
		"a=two/a b=one/b; <nil>, after 20ms | a=two/a b=two/b; <nil>, after 20ms",
	},
}
