package agentservice

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/watertight-go/watertight/executor"
)

// Runner asks the upstream for each agent, over connections that are kept for the process.
type Runner struct {
	client   *http.Client
	upstream string
}

// NewRunner makes a Runner with a transport of its own.
func NewRunner(upstream string) *Runner {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 100
	return &Runner{client: &http.Client{Transport: transport}, upstream: upstream}
}

// ExecuteAgent implements executor.Runner.
func (r *Runner) ExecuteAgent(ctx context.Context, agent *executor.Agent, input string, _ []executor.Message) (*executor.AgentResponse, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, r.upstream, strings.NewReader(input))
	if err != nil {
		return nil, err
	}
	response, err := r.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("upstream: got status %s", response.Status)
	}
	return &executor.AgentResponse{AgentID: agent.ID, Content: string(text)}, nil
}
