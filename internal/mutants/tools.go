package mutants

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/fanout"
)

// tooling is the plain executor with another way to run a response's tools.
func tooling(tools func(ctx context.Context, c executor.Config, out *executor.AgentResponse, run fanout.ToolRunner) error) func(executor.Config) (executor.ParallelExecutor, error) {
	return parts(func(c executor.Config) fanout.Parts {
		return fanout.Parts{Tools: func(ctx context.Context, r *executor.AgentResponse, run fanout.ToolRunner) (*executor.AgentResponse, error) {
			out := *r
			return &out, tools(ctx, c, &out, run)
		}}
	})
}

// toolMutants are about the tools that a response asks for.
func toolMutants() []Mutant {
	return []Mutant{
		{
			Name:   "tools-at-once",
			Defect: "runs the tools of a response side by side, though one may build on the other",
			Seen:   "https://github.com/cline/cline/pull/14197",
			Caught: Catch{"tool-fail", executor.RunsTools},
			New: tooling(func(ctx context.Context, _ executor.Config, out *executor.AgentResponse, run fanout.ToolRunner) error {
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
			Defect:  "does not look at the context between two tools",
			Caught:  Catch{"tool-chain-cancelled", executor.RunsTools},
			Related: Related{executor.Cancels: "tools are started after the caller's cancellation"},
			New: tooling(func(ctx context.Context, _ executor.Config, out *executor.AgentResponse, run fanout.ToolRunner) error {
				for _, call := range out.ToolCalls {
					out.ToolResults = append(out.ToolResults, run(ctx, call))
				}
				return nil
			}),
		},
		{
			Name:   "tool-results-cut",
			Defect: "leaves the loop over the tools when the context is done, without a word about the rest",
			Caught: Catch{"tool-chain-timeout", executor.RunsTools},
			New: tooling(func(ctx context.Context, _ executor.Config, out *executor.AgentResponse, run fanout.ToolRunner) error {
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
			Defect: "gives all tools of a response one ToolTimeout together",
			Caught: Catch{"tool-chain", executor.RunsTools},
			New: tooling(func(ctx context.Context, c executor.Config, out *executor.AgentResponse, run fanout.ToolRunner) error {
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
			New: tooling(func(ctx context.Context, _ executor.Config, out *executor.AgentResponse, run fanout.ToolRunner) error {
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
			Defect: "lets a tool take all the time that its agent has",
			Caught: Catch{"tool-hang", executor.RunsTools}, Related: loses,
			New: part(fanout.Parts{ToolTime: func(ctx context.Context, _ time.Duration) (context.Context, context.CancelFunc) {
				return context.WithCancel(ctx)
			}}),
		},
		{
			Name:    "tool-inline",
			Defect:  "runs a tool on its agent's goroutine, so that one that hangs costs the response",
			Caught:  Catch{"tool-hang-ignoring", executor.RunsTools},
			Related: loses.with(misreports),
			New: part(fanout.Parts{WatchTool: func(_ context.Context, _ time.Duration, work fanout.Work) (a fanout.Answer, ok bool) {
				work(func(b fanout.Answer) { a = b })
				return a, true
			}}),
		},
	}
}
