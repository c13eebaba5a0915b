// Command after is the service of docs/case.md, mended: each agent has a second, and ends
// with the request.
package main

import (
	"net/http"
	"time"

	"github.com/watertight-go/watertight/examples/agentservice"
	"github.com/watertight-go/watertight/executor"
)

func main() { agentservice.Main(build) }

func build(upstream string) (agentservice.Service, error) {
	x, err := executor.New(executor.Config{Runner: agentservice.NewRunner(upstream), AgentTimeout: time.Second})
	return agentservice.Service{Executor: x, Context: (*http.Request).Context}, err
}
