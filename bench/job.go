package bench

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"time"

	"github.com/watertight-go/watertight/executor"
)

// Job is what subjects are measured on: agents, and the Runner that makes their
// calls.
type Job struct {
	// Name is its name in tables and sub-benchmarks, as "instant".
	Name   string
	Agents []*executor.Agent
	Runner executor.Runner
}

// Config is the configuration of the job's executors. Every agent has a timeout,
// which is too long to expire in a benchmark.
func (j Job) Config() executor.Config {
	return executor.Config{Runner: j.Runner, AgentTimeout: time.Minute}
}

// Instant is the job of n agents that answer at once, with a response made
// beforehand. Only the executor takes time.
func Instant(n int) Job {
	agents, answers := numbered(n)
	return Job{Name: "instant", Agents: agents, Runner: instant{answers}}
}

// Touching is the job of n agents that use their context as a client does: they
// read its deadline, check whether it is done, and read its error.
func Touching(n int) Job {
	agents, answers := numbered(n)
	return Job{Name: "context", Agents: agents, Runner: touching{answers}}
}

// Loopback is the job of n agents that each send an HTTP request to a server in
// this process, over connections that are reused. closeServer ends the server.
func Loopback(n int) (j Job, closeServer func()) {
	agents, answers := numbered(n)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"content":"fine"}`)
	}))
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: n}}
	closeServer = func() {
		client.CloseIdleConnections()
		server.Close()
	}
	return Job{Name: "http", Agents: agents, Runner: loopback{answers, client, server.URL}}, closeServer
}

// numbered are n agents whose IDs are their numbers, and an answer for each. The
// number is the index of the answer. A map would cost as much as starting a
// goroutine, and would make every ratio look better than it is.
func numbered(n int) ([]*executor.Agent, answers) {
	agents, out := make([]*executor.Agent, n), make(answers, n)
	for i := range agents {
		id := strconv.Itoa(i)
		agents[i] = &executor.Agent{ID: id}
		out[i] = &executor.AgentResponse{AgentID: id}
	}
	return agents, out
}

type answers []*executor.AgentResponse

func (a answers) of(agent *executor.Agent) *executor.AgentResponse {
	n := 0
	for i := range len(agent.ID) {
		n = 10*n + int(agent.ID[i]-'0')
	}
	return a[n]
}

type instant struct{ answers }

func (r instant) ExecuteAgent(_ context.Context, a *executor.Agent, _ string, _ []executor.Message) (*executor.AgentResponse, error) {
	return r.of(a), nil
}

type touching struct{ answers }

func (r touching) ExecuteAgent(ctx context.Context, a *executor.Agent, _ string, _ []executor.Message) (*executor.AgentResponse, error) {
	ctx.Deadline()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	default:
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return r.of(a), nil
}

type loopback struct {
	answers
	client *http.Client
	url    string
}

func (r loopback) ExecuteAgent(ctx context.Context, a *executor.Agent, _ string, _ []executor.Message) (*executor.AgentResponse, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.url, nil)
	if err != nil {
		return nil, err
	}
	response, err := r.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || len(body) == 0 {
		return nil, fmt.Errorf("bench: loopback: got %d bytes and error %v, want an answer and no error", len(body), err)
	}
	return r.of(a), nil
}
