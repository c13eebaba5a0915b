package mutants

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/fanout"
)

// withTools is the plain executor, with tools in place of its loop over the tool calls.
func withTools(tools func(ctx context.Context, c executor.Config, out *executor.AgentResponse, run fanout.ToolRunner) error) func(executor.Config) (executor.ParallelExecutor, error) {
	return parts(func(c executor.Config) fanout.Parts {
		return fanout.Parts{Tools: func(ctx context.Context, r *executor.AgentResponse, run fanout.ToolRunner) (*executor.AgentResponse, error) {
			out := *r
			return &out, tools(ctx, c, &out, run)
		}}
	})
}

// toolCalls are mutants with defects in the tool calls of a response.
var toolCalls = []Mutant{
	{
		Name:   "tools-at-once",
		Defect: "runs the tools of a response in parallel, although one may need the result of another",
		Seen:   "https://github.com/cline/cline/pull/14197",
		Caught: Catch{"tool-fail", executor.RunsTools},
		New: withTools(func(ctx context.Context, _ executor.Config, out *executor.AgentResponse, run fanout.ToolRunner) error {
			out.ToolResults = make([]executor.ToolResult, len(out.ToolCalls))
			var wg sync.WaitGroup
			for i, call := range out.ToolCalls {
				wg.Go(func() { out.ToolResults[i] = run(ctx, call) })
			}
			wg.Wait()
			return nil
		}),
	},
	{
		Name:    "tools-after-the-end",
		Defect:  "does not check the context between two tools",
		Caught:  Catch{"tool-chain-cancelled", executor.RunsTools},
		Related: Related{executor.Cancels: "tools are started after the caller cancelled"},
		New: withTools(func(ctx context.Context, _ executor.Config, out *executor.AgentResponse, run fanout.ToolRunner) error {
			for _, call := range out.ToolCalls {
				out.ToolResults = append(out.ToolResults, run(ctx, call))
			}
			return nil
		}),
	},
	{
		Name:   "tool-results-cut",
		Defect: "stops running tools when the context is done, without results for the rest",
		Caught: Catch{"tool-chain-timeout", executor.RunsTools},
		New: withTools(func(ctx context.Context, _ executor.Config, out *executor.AgentResponse, run fanout.ToolRunner) error {
			for _, call := range out.ToolCalls {
				if ctx.Err() != nil {
					break
				}
				out.ToolResults = append(out.ToolResults, run(ctx, call))
			}
			return nil
		}),
	},
	{
		Name:   "tools-share-their-time",
		Defect: "gives all tools of a response together one ToolTimeout",
		Caught: Catch{"tool-chain", executor.RunsTools},
		New: withTools(func(ctx context.Context, c executor.Config, out *executor.AgentResponse, run fanout.ToolRunner) error {
			ctx, stop := context.WithTimeout(ctx, c.ToolTimeout)
			defer stop()
			whole, err := fanout.Tools(ctx, out, run)
			*out = *whole
			return err
		}),
	},
	{
		Name:   "tool-failure-costs-response",
		Defect: "drops an agent's response when one of its tools fails",
		Seen:   "https://github.com/openai/openai-agents-python/pull/2580",
		Caught: Catch{"tool-fail", executor.RunsTools}, Related: loses,
		New: withTools(func(ctx context.Context, _ executor.Config, out *executor.AgentResponse, run fanout.ToolRunner) error {
			whole, err := fanout.Tools(ctx, out, run)
			*out = *whole
			for _, result := range out.ToolResults {
				if result.Err != nil {
					return fmt.Errorf("tool %s: %w", result.Name, result.Err)
				}
			}
			return err
		}),
	},
	{
		Name:   "tool-without-time",
		Defect: "gives a tool no timeout except its agent's",
		Caught: Catch{"tool-hang", executor.RunsTools}, Related: loses,
		New: part(fanout.Parts{ToolContext: func(ctx context.Context, _ time.Duration) (context.Context, context.CancelFunc) {
			return context.WithCancel(ctx)
		}}),
	},
	{
		Name:    "tool-inline",
		Defect:  "runs a tool on its agent's goroutine, so that a tool that hangs costs the response",
		Caught:  Catch{"tool-hang-ignoring", executor.RunsTools},
		Related: loses.with(misreports),
		New: part(fanout.Parts{WatchTool: func(_ context.Context, _ time.Duration, work fanout.Work) (a fanout.Answer, ok bool) {
			work(func(b fanout.Answer) { a = b })
			return a, true
		}}),
	},
}
