package executor_test

import (
	"context"
	"errors"
	"fmt"
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
