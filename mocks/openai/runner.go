package openai

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/shared"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
)

// RunnerConfig is how a Runner calls. Only BaseURL is required.
type RunnerConfig struct {
	// BaseURL is the server's, as Server.URL gives it.
	BaseURL string
	// Model names the model for an agent. Nil means the agent's ID.
	Model func(*executor.Agent) string
	// MaxRetries is how often the client tries again after a failure that may
	// pass. Zero means never (the client's own default is 2).
	MaxRetries int
}

// Runner is an executor.Runner on the real client. It is safe for concurrent
// use. Close it to drop its idle connections.
type Runner struct {
	model func(*executor.Agent) string
	meter *meter
	chat  openai.ChatCompletionService
}

// NewRunner returns a Runner with a connection pool of its own. It says what
// is wrong with the configuration, and calls nobody.
func NewRunner(config RunnerConfig) (*Runner, error) {
	if config.BaseURL == "" {
		return nil, errors.New("mocks/openai: new runner: got no BaseURL, want that of a server")
	}
	if config.MaxRetries < 0 {
		return nil, fmt.Errorf("mocks/openai: new runner: MaxRetries: got %d, want 0 or more", config.MaxRetries)
	}
	if config.Model == nil {
		config.Model = func(a *executor.Agent) string { return a.ID }
	}
	meter := newMeter()
	return &Runner{
		model: config.Model,
		meter: meter,
		// The service alone, since openai.NewClient reads keys from the environment.
		chat: openai.NewChatCompletionService(
			option.WithBaseURL(config.BaseURL),
			option.WithAPIKey("none"),
			option.WithHTTPClient(&http.Client{Transport: meter}),
			option.WithMaxRetries(config.MaxRetries),
		),
	}, nil
}

// Runner is this client with a fixed model; see mocks.Wire.
func (r *Runner) Runner(model string) executor.Runner {
	fixed := *r
	fixed.model = func(*executor.Agent) string { return model }
	return &fixed
}

// Client is the HTTP client underneath, whose use is counted with the Runner's.
func (r *Runner) Client() *http.Client { return &http.Client{Transport: r.meter} }

// Use is what the client has used so far and holds now.
func (r *Runner) Use() mocks.WireUse { return r.meter.use() }

// ExecuteAgent asks for a completion of history and input, offering the
// agent's tools by name. A reply without a choice is an error.
func (r *Runner) ExecuteAgent(ctx context.Context, agent *executor.Agent, input string, history []executor.Message) (*executor.AgentResponse, error) {
	params := openai.ChatCompletionNewParams{Model: r.model(agent)}
	for i, m := range history {
		message, err := turn(m)
		if err != nil {
			return nil, fmt.Errorf("mocks/openai: agent %q: history[%d]: %w", agent.ID, i, err)
		}
		params.Messages = append(params.Messages, message)
	}
	params.Messages = append(params.Messages, openai.UserMessage(input))
	for _, t := range agent.Tools {
		params.Tools = append(params.Tools, openai.ChatCompletionFunctionTool(shared.FunctionDefinitionParam{Name: t.Name}))
	}
	completion, err := r.chat.New(ctx, params)
	if err != nil {
		return nil, fmt.Errorf("mocks/openai: agent %q: chat completion: %w", agent.ID, err)
	}
	if len(completion.Choices) == 0 {
		return nil, fmt.Errorf("mocks/openai: agent %q: chat completion: got no choices, want at least one", agent.ID)
	}
	message := completion.Choices[0].Message
	response := &executor.AgentResponse{AgentID: agent.ID, AgentName: agent.Name, Content: message.Content}
	for _, call := range message.ToolCalls {
		response.ToolCalls = append(response.ToolCalls, executor.ToolCall{
			ID: call.ID, Name: call.Function.Name, Args: call.Function.Arguments,
		})
	}
	return response, nil
}

// Close drops idle connections. Calls under way are ended by their contexts.
func (r *Runner) Close() { r.meter.transport.CloseIdleConnections() }

// turn maps one message of the history.
func turn(m executor.Message) (openai.ChatCompletionMessageParamUnion, error) {
	switch m.Role {
	case "user":
		return openai.UserMessage(m.Content), nil
	case "assistant":
		return openai.AssistantMessage(m.Content), nil
	case "system":
		return openai.SystemMessage(m.Content), nil
	case "developer":
		return openai.DeveloperMessage(m.Content), nil
	}
	return openai.ChatCompletionMessageParamUnion{}, fmt.Errorf(`got role %q, want "user", "assistant", "system" or "developer"`, m.Role)
}

// Connect returns the Runner for a Server at that URL as a mocks.Wire, for
// scenariotest.OverWire and observe.Options.Wire.
func Connect(url string, retries int) (mocks.Wire, error) {
	return NewRunner(RunnerConfig{BaseURL: url, MaxRetries: retries})
}
