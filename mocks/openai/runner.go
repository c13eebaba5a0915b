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

// RunnerConfig says how a Runner makes its calls. Only BaseURL is required.
type RunnerConfig struct {
	// BaseURL is the server's, as Server.URL gives it.
	BaseURL string
	// Model names the model for an agent. Nil means the agent's ID.
	Model func(*executor.Agent) string
	// MaxRetries is how often the client retries after a temporary failure. Zero
	// means never. (The default of the client itself is 2.)
	MaxRetries int
}

// Runner is an executor.Runner that uses the real client. It is safe for
// concurrent use. Close it to close its idle connections.
type Runner struct {
	model func(*executor.Agent) string
	meter *meter
	chat  openai.ChatCompletionService
}

// NewRunner returns a Runner with its own connection pool. It sends no request.
// It returns an error for a configuration that cannot work.
func NewRunner(config RunnerConfig) (*Runner, error) {
	if config.BaseURL == "" {
		return nil, errors.New("mocks/openai: new runner: got no BaseURL, want the URL of a server")
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
		// Not openai.NewClient, which reads keys from the environment.
		chat: openai.NewChatCompletionService(
			option.WithBaseURL(config.BaseURL),
			option.WithAPIKey("none"),
			option.WithHTTPClient(&http.Client{Transport: meter}),
			option.WithMaxRetries(config.MaxRetries),
		),
	}, nil
}

// Runner is this client with a fixed model name; see mocks.Wire.
func (r *Runner) Runner(model string) executor.Runner {
	fixed := *r
	fixed.model = func(*executor.Agent) string { return model }
	return &fixed
}

// Client is the HTTP client of the Runner. Use counts its requests too.
func (r *Runner) Client() *http.Client { return &http.Client{Transport: r.meter} }

// Use is what the client has used so far and what it holds now.
func (r *Runner) Use() mocks.WireUse { return r.meter.use() }

// ExecuteAgent asks for a completion of history and input, and offers the agent's
// tools by name. A response without a choice is an error.
func (r *Runner) ExecuteAgent(ctx context.Context, agent *executor.Agent, input string, history []executor.Message) (*executor.AgentResponse, error) {
	params, err := r.params(agent, input, history)
	if err != nil {
		return nil, fmt.Errorf("mocks/openai: agent %q: %w", agent.ID, err)
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

// params is the request.
func (r *Runner) params(agent *executor.Agent, input string, history []executor.Message) (openai.ChatCompletionNewParams, error) {
	params := openai.ChatCompletionNewParams{Model: r.model(agent)}
	for i, m := range history {
		message, err := convert(m)
		if err != nil {
			return params, fmt.Errorf("history[%d]: %w", i, err)
		}
		params.Messages = append(params.Messages, message)
	}
	params.Messages = append(params.Messages, openai.UserMessage(input))
	for _, t := range agent.Tools {
		params.Tools = append(params.Tools, openai.ChatCompletionFunctionTool(shared.FunctionDefinitionParam{Name: t.Name}))
	}
	return params, nil
}

// Close closes idle connections. Calls that still run end with their contexts.
func (r *Runner) Close() { r.meter.transport.CloseIdleConnections() }

// convert is a message of the history as the client wants it.
func convert(m executor.Message) (openai.ChatCompletionMessageParamUnion, error) {
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

// Connect returns a Runner for a Server at that URL, for scenariotest.OverWire and
// for options that want a mocks.Wire.
func Connect(url string, retries int) (mocks.Wire, error) {
	return NewRunner(RunnerConfig{BaseURL: url, MaxRetries: retries})
}
