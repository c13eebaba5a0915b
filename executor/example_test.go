package executor_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/watertight-go/watertight/executor"
)

// client stands for an LLM client: one of its agents answers, one fails, and one
// hangs and ignores its context.
type client struct{ hangUp chan struct{} }

func (c client) ExecuteAgent(_ context.Context, a *executor.Agent, input string, _ []executor.Message) (*executor.AgentResponse, error) {
	switch a.ID {
	case "answers":
		return &executor.AgentResponse{AgentID: a.ID, Content: "re: " + input}, nil
	case "fails":
		return nil, errors.New("quota exceeded")
	}
	<-c.hangUp
	return nil, errors.New("too late")
}

func ExampleReference() {
	c := client{hangUp: make(chan struct{})}
	defer close(c.hangUp)
	e, err := executor.New(executor.Config{Runner: c, AgentTimeout: 10 * time.Millisecond, Grace: time.Millisecond})
	if err != nil {
		fmt.Println(err)
		return
	}
	agents := []*executor.Agent{{ID: "answers"}, {ID: "fails"}, {ID: "hangs"}}
	results, err := e.ExecuteParallel(context.Background(), "hello", agents)
	fmt.Println(len(results), results["answers"].Content, err)

	for _, r := range e.Run(context.Background(), "hello", agents).Results {
		fmt.Println(r.AgentID, r.Err == nil, errors.Is(r.Err, executor.ErrAbandoned))
	}
	// Output:
	// 1 re: hello <nil>
	// answers true false
	// fails false false
	// hangs false true
}

// The answers of two agents while they arrive. The loop may be left at any time.
func ExampleReference_Stream() {
	r, err := executor.New(executor.Config{Runner: greeter{}})
	if err != nil {
		panic(err)
	}
	for event, err := range r.Stream(context.Background(), "hello", []*executor.Agent{{ID: "a"}}) {
		switch {
		case err != nil:
			fmt.Println(event.AgentID, "failed:", err)
		case event.End:
			fmt.Println(event.AgentID, "ends")
		default:
			fmt.Println(event.AgentID, "says", event.Delta)
		}
	}
	// Output:
	// a says hel
	// a says lo
	// a ends
}

// greeter is a Runner that answers in two pieces.
type greeter struct{}

func (greeter) ExecuteAgent(_ context.Context, _ *executor.Agent, input string, _ []executor.Message) (*executor.AgentResponse, error) {
	return &executor.AgentResponse{Content: input}, nil
}

func (greeter) StreamAgent(_ context.Context, _ *executor.Agent, input string, _ []executor.Message) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		_ = yield(input[:3], nil) && yield(input[3:], nil)
	}
}
