package mutants

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/fanout"
)

// script is what a caller and its agents do in one call.
type script struct {
	// config is that of the executor. Each agent has a second, if it says nothing else.
	config executor.Config
	// agents are called. By default they are called a, b and c.
	agents []*executor.Agent
	// does says what agents do, by ID. The others answer at once.
	does map[string]agentFunc
	// input is what the caller asks.
	input string
	// values are those of the caller's context.
	value any
	// starts, cancels and ends are when the call begins, the caller cancels, and its
	// deadline is. Zero means at once, never and none.
	starts, cancels, ends time.Duration
	// returned is called when the call has returned, before the caller's context is done.
	returned func()
}

// agentFunc is what an agent does.
type agentFunc func(ctx context.Context, a *executor.Agent, input string) (*executor.AgentResponse, error)

// ExecuteAgent implements executor.Runner.
func (s script) ExecuteAgent(ctx context.Context, a *executor.Agent, input string, _ []executor.Message) (*executor.AgentResponse, error) {
	if do := s.does[a.ID]; do != nil {
		return do(ctx, a, input)
	}
	return answer(ctx, a, input)
}

// answer is an agent that answers at once.
func answer(_ context.Context, a *executor.Agent, input string) (*executor.AgentResponse, error) {
	return &executor.AgentResponse{AgentID: a.ID, AgentName: a.Name, Content: input + a.ID}, nil
}

// hang is an agent that returns when its context is done.
func hang(ctx context.Context, _ *executor.Agent, _ string) (*executor.AgentResponse, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// after is an agent that sleeps first, whatever happens to its context.
func after(d time.Duration, do agentFunc) agentFunc {
	return func(ctx context.Context, a *executor.Agent, input string) (*executor.AgentResponse, error) {
		time.Sleep(d)
		return do(ctx, a, input)
	}
}

// within is an agent that sleeps first, or until its context is done.
func within(d time.Duration, do agentFunc) agentFunc {
	return func(ctx context.Context, a *executor.Agent, input string) (*executor.AgentResponse, error) {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(d):
			return do(ctx, a, input)
		}
	}
}

// atEnd is an agent that waits first until its context is done.
func atEnd(do agentFunc) agentFunc {
	return func(ctx context.Context, a *executor.Agent, input string) (*executor.AgentResponse, error) {
		<-ctx.Done()
		return do(ctx, a, input)
	}
}

// fail is an agent that fails.
func fail(err error) agentFunc {
	return func(context.Context, *executor.Agent, string) (*executor.AgentResponse, error) { return nil, err }
}

// say is an agent that answers with what text returns.
func say(text func(context.Context) string) agentFunc {
	return func(ctx context.Context, a *executor.Agent, _ string) (*executor.AgentResponse, error) {
		return &executor.AgentResponse{AgentID: a.ID, AgentName: a.Name, Content: text(ctx)}, nil
	}
}

func panics(context.Context, *executor.Agent, string) (*executor.AgentResponse, error) { panic("boom") }

func exits(context.Context, *executor.Agent, string) (*executor.AgentResponse, error) {
	runtime.Goexit()
	return nil, nil
}

// errBroken is the error of a broken agent.
var errBroken = errors.New("broken")

// named are agents with names.
func named(ids ...string) (all []*executor.Agent) {
	for _, id := range ids {
		all = append(all, &executor.Agent{ID: id, Name: "agent " + id})
	}
	return all
}

// valueKey is the key of script.value.
type valueKey struct{}

// maker makes an executor.
type maker func(executor.Config) (executor.ParallelExecutor, error)

// correct is the executor that the mutants differ from.
var correct = maker(part(fanout.Parts{}))

// in makes the executor of a script.
func (s script) in(t *testing.T, create maker) executor.ParallelExecutor {
	s.config.Runner = s
	s.config.AgentTimeout = cmp.Or(s.config.AgentTimeout, time.Second)
	e, err := create(s.config)
	require.NoError(t, err)
	return e
}

// on runs the script and says what came out.
func (s script) on(e executor.ParallelExecutor) string {
	time.Sleep(s.starts)
	ctx, cancel := context.WithCancelCause(context.WithValue(context.Background(), valueKey{}, s.value))
	defer cancel(nil)
	if s.cancels > 0 {
		defer time.AfterFunc(s.cancels, func() { cancel(errors.New("the user left")) }).Stop()
	} else if s.cancels < 0 {
		cancel(nil)
	}
	if s.ends > 0 {
		timed, stop := context.WithTimeout(ctx, s.ends)
		defer stop()
		ctx = timed
	}
	if s.agents == nil {
		s.agents = named("a", "b", "c")
	}
	came := make(chan string, 1)
	begun := time.Now()
	go func() {
		defer close(came)
		results, err := e.ExecuteParallel(ctx, s.input, s.agents)
		if s.returned != nil {
			s.returned()
		}
		came <- fmt.Sprintf("%s, after %v", outcome(results, err), time.Since(begun))
	}()
	if text, ok := <-came; ok {
		return text
	}
	return "did not return"
}

// outcome describes what a call returned.
func outcome(results map[string]*executor.AgentResponse, err error) string {
	var parts []string
	for _, id := range slices.Sorted(maps.Keys(results)) {
		r := results[id]
		if r == nil {
			parts = append(parts, id+"=nil")
			continue
		}
		text := r.Content
		if len(text) > 100 {
			text = fmt.Sprintf("%d bytes", len(text))
		}
		for _, tool := range r.ToolResults {
			text += fmt.Sprintf("[%s %s %v]", tool.Name, tool.Content, tool.Err)
		}
		parts = append(parts, id+"="+text)
	}
	return strings.Join(parts, " ") + "; " + errorText(err)
}

// errorText is an error's text. An *executor.Error lists all its failures.
func errorText(err error) string {
	var whole *executor.Error
	if !errors.As(err, &whole) {
		return fmt.Sprint(err)
	}
	var parts []string
	for _, failure := range whole.Failures {
		parts = append(parts, strings.ReplaceAll(failure.Error(), " failed", ""))
	}
	return strings.Join(parts, " + ")
}
