package mutants

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/watertight-go/watertight/executor"
)

// failing is a call under CollectErrors in which agent a fails.
func failing(err error) observation {
	return once(script{config: executor.Config{Policy: executor.CollectErrors}, does: map[string]agentFunc{"a": fail(err)}})
}

var shownErrors = []shown{
	{"cancelled-is-no-failure", failing(errors.Join(errBroken, fmt.Errorf("stream reset: %w", context.Canceled))),
		"b=b c=c; agent a: broken\nstream reset: context canceled, after 0s",
		"b=b c=c; <nil>, after 0s",
	},
	{"bare-cancelled-is-no-failure", failing(context.Canceled),
		"b=b c=c; agent a: context canceled, after 0s",
		"b=b c=c; <nil>, after 0s",
	},
	{"deadline-is-no-failure", failing(fmt.Errorf("dial: %w", context.DeadlineExceeded)),
		"b=b c=c; agent a: dial: context deadline exceeded, after 0s",
		"b=b c=c; <nil>, after 0s",
	},
	{"cancelled-blamed-on-caller", failing(fmt.Errorf("stream reset: %w", context.Canceled)),
		"b=b c=c; agent a: stream reset: context canceled, after 0s",
		"b=b c=c; context canceled, after 0s",
	},
	{"cancelled-stops-nobody", once(script{
		config: executor.Config{Policy: executor.FailFast}, agents: named("a", "b"),
		does: map[string]agentFunc{"a": within(time.Millisecond, fail(context.Canceled)), "b": within(500*time.Millisecond, answer)},
	}),
		"; agent a: context canceled + agent b: context canceled, after 1ms",
		"; agent a: context canceled, after 500ms",
	},
	{"first-on-caller-fails", beside(fail(errBroken)),
		"b=b c=c; <nil>, after 10ms",
		"; agent a: broken, after 0s",
	},
	{"first-on-caller-panics", beside(panics),
		"b=b c=c; <nil>, after 10ms",
		"; agent a: panic: boom, after 0s",
	},
	{"first-on-caller-exits", beside(exits),
		"b=b c=c; <nil>, after 10ms",
		"did not return",
	},
}

// beside is a call in which agent a ends as do does, and the others answer a little later.
func beside(do agentFunc) observation {
	later := within(10*time.Millisecond, answer)
	return once(script{does: map[string]agentFunc{"a": do, "b": later, "c": later}})
}

// long answers with 1 MiB.
var long = say(func(context.Context) string { return strings.Repeat("x", 1<<20) })

var shownInputs = []shown{
	{"keyed-by-name", once(script{agents: []*executor.Agent{{ID: "a"}, {ID: "b"}}}),
		"a=a b=b; <nil>, after 0s",
		"a=b b=b; <nil>, after 0s",
	},
	{"empty-content-refused", once(script{does: map[string]agentFunc{"a": say(func(context.Context) string { return "" })}}),
		"a= b=b c=c; <nil>, after 0s",
		"b=b c=c; <nil>, after 0s",
	},
	{"unsigned-response-refused", once(script{does: map[string]agentFunc{
		"a": func(_ context.Context, a *executor.Agent, _ string) (*executor.AgentResponse, error) {
			return &executor.AgentResponse{AgentID: a.ID, Content: "well"}, nil
		},
	}}),
		"a=well b=b c=c; <nil>, after 0s",
		"b=b c=c; <nil>, after 0s",
	},
	{"last-message-read", once(script{agents: named("a")}),
		"a=a; <nil>, after 0s",
		"; agent a: panic: runtime error: index out of range [-1], after 0s",
	},
	{"tool-timeout-without-default", once(script{
		agents: withTool(func(ctx context.Context, _ string) (string, error) { return "well", ctx.Err() }),
		does:   map[string]agentFunc{"a": callTool},
	}),
		"a=[tool well <nil>] b=b; <nil>, after 0s",
		"a=[tool  context deadline exceeded] b=b; <nil>, after 0s",
	},
	{"grace-without-default", once(script{does: map[string]agentFunc{"a": atEnd(after(50*time.Millisecond, answer))}}),
		"a=a b=b c=c; <nil>, after 1.05s",
		"b=b c=c; <nil>, after 1s",
	},
	{"long-answer-cut", once(script{does: map[string]agentFunc{"a": long, "b": fail(errBroken)}}),
		"a=1048576 bytes c=c; <nil>, after 0s",
		"a=65536 bytes c=c; <nil>, after 0s",
	},
	{"long-answer-dropped", once(script{does: map[string]agentFunc{"a": long, "b": fail(errBroken)}}),
		"a=1048576 bytes c=c; <nil>, after 0s",
		"c=c; <nil>, after 0s",
	},
	{"grace-after-failure", once(script{does: map[string]agentFunc{"a": fail(errBroken), "b": within(990*time.Millisecond, answer)}}),
		"b=b c=c; <nil>, after 990ms",
		"c=c; <nil>, after 100ms",
	},
}
