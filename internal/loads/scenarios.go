package loads

import (
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios"
)

func accumulation(requests, agents int) (scenarios.Scenario, error) {
	return scenarios.Accumulation(requests, agents), nil
}

func blocking(kind string) func(int, int) (scenarios.Scenario, error) {
	return func(requests, agents int) (scenarios.Scenario, error) {
		return scenarios.Blocking(kind, requests, agents)
	}
}

// realClient only configures the executor: the child makes the requests itself,
// measures memory while they hang, and judges nothing.
func realClient(int, int) (scenarios.Scenario, error) {
	return scenarios.Scenario{Config: executor.Config{AgentTimeout: time.Hour}}, nil
}
