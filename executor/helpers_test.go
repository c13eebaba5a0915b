package executor

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// fake is a Runner whose agents are functions, by agent ID.
type fake map[string]func(ctx context.Context, input string) (*AgentResponse, error)

func (f fake) ExecuteAgent(ctx context.Context, a *Agent, input string, _ []Message) (*AgentResponse, error) {
	return f[a.ID](ctx, input)
}

type behaviour = func(ctx context.Context, input string) (*AgentResponse, error)

func answer(text string) behaviour {
	return func(context.Context, string) (*AgentResponse, error) {
		return &AgentResponse{Content: text}, nil
	}
}

func failing(err error) behaviour {
	return func(context.Context, string) (*AgentResponse, error) { return nil, err }
}

func after(d time.Duration, b behaviour) behaviour {
	return func(ctx context.Context, input string) (*AgentResponse, error) {
		select {
		case <-time.After(d):
			return b(ctx, input)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func obeying(ctx context.Context, _ string) (*AgentResponse, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// ignoring agents ignore their context and hang until release is closed.
func ignoring(release <-chan struct{}) behaviour {
	return func(context.Context, string) (*AgentResponse, error) {
		<-release
		return &AgentResponse{Content: "too late"}, nil
	}
}

// mutable adds an agent whose behaviour can be replaced between calls, while
// goroutines of earlier calls are still running.
func mutable(agents fake, id string, first behaviour) (become func(behaviour)) {
	var now atomic.Pointer[behaviour]
	now.Store(&first)
	agents[id] = func(ctx context.Context, input string) (*AgentResponse, error) { return (*now.Load())(ctx, input) }
	return func(b behaviour) { now.Store(&b) }
}

func withIDs(ids ...string) []*Agent {
	agents := make([]*Agent, len(ids))
	for i, id := range ids {
		agents[i] = &Agent{ID: id}
	}
	return agents
}

// inBubble runs f in virtual time, with an executor made inside the bubble. It closes
// release at the end.
func inBubble(t *testing.T, cfg Config, f func(t *testing.T, r *Reference, agents fake, release chan struct{})) {
	t.Helper()
	agents := fake{}
	bubbleOf(t, cfg, agents, func(t *testing.T, r *Reference, release chan struct{}) { f(t, r, agents, release) })
}

// bubbleOf is inBubble for any Runner.
func bubbleOf(t *testing.T, cfg Config, runner Runner, f func(t *testing.T, r *Reference, release chan struct{})) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		cfg.Runner = runner
		r, err := New(cfg)
		require.NoError(t, err)
		release := make(chan struct{})
		defer func() { // also when f fails
			select {
			case <-release:
			default:
				close(release)
			}
			synctest.Wait()
		}()
		f(t, r, release)
	})
}

var short = Config{AgentTimeout: time.Second, Grace: 100 * time.Millisecond}

type runnerFunc func(context.Context, *Agent, string, []Message) (*AgentResponse, error)

func (f runnerFunc) ExecuteAgent(ctx context.Context, a *Agent, in string, h []Message) (*AgentResponse, error) {
	return f(ctx, a, in, h)
}
