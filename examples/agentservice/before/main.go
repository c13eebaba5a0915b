// Command before is the service of docs/case.md as it was: each agent may take a minute,
// the request waits for all of them, and they do not hear that its client has gone.
package main

import (
	"context"
	"net/http"
	"time"

	"github.com/watertight-go/watertight/examples/agentservice"
	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/exhibits"
)

func main() { agentservice.Main(build) }

func build(upstream string) (agentservice.Service, error) {
	x, err := exhibits.NewWaitGroup(executor.Config{Runner: agentservice.NewRunner(upstream), AgentTimeout: time.Minute})
	return agentservice.Service{
		Executor: x,
		Context:  func(*http.Request) context.Context { return context.Background() },
	}, err
}
