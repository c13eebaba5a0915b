package mutants

import (
	"context"
	"errors"
	"slices"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/fanout"
)

// callUnchecked is fanout.CallAgent without the check for a nil response.
func callUnchecked(ctx context.Context, c executor.Config, a *executor.Agent, input string) (*executor.AgentResponse, error) {
	return c.Runner.ExecuteAgent(ctx, a, input, c.History)
}

// concluding is the plain executor, with its results and error changed by change.
func concluding(change func(c *fanout.Call, results map[string]*executor.AgentResponse, err error) (map[string]*executor.AgentResponse, error)) func(executor.Config) (executor.ParallelExecutor, error) {
	return part(fanout.Parts{Conclude: func(c *fanout.Call) (map[string]*executor.AgentResponse, error) {
		results, err := fanout.Conclude(c)
		return change(c, results, err)
	}})
}

// callError is the error type of the mutant typed-nil.
type callError struct{ error }

func (e *callError) Error() string {
	if e == nil {
		return "<nil>"
	}
	return e.error.Error()
}

// Unwrap returns the wrapped error.
func (e *callError) Unwrap() error {
	if e == nil {
		return nil
	}
	return e.error
}

// wrongErrors are mutants with defects in the error that the caller gets.
var wrongErrors = []Mutant{
	{
		Name:   "error-swallowed",
		Defect: "returns an empty map and no error when all agents failed",
		Caught: Catch{"all-fail", executor.PartialSuccess}, Related: misreports,
		New: concluding(func(c *fanout.Call, results map[string]*executor.AgentResponse, err error) (map[string]*executor.AgentResponse, error) {
			return c.Out, nil
		}),
	},
	{
		Name:   "error-beside-results",
		Defect: "returns an error besides the results under BestEffort, so that callers who check the error drop the results",
		Seen:   "https://github.com/huggingface/smolagents/pull/2554",
		Caught: Catch{"partial-success", executor.PartialSuccess},
		New: concluding(func(c *fanout.Call, results map[string]*executor.AgentResponse, err error) (map[string]*executor.AgentResponse, error) {
			if err == nil && len(c.Failures) > 0 {
				err = c.Joined()
			}
			return results, err
		}),
	},
	{
		Name:   "text-only-error",
		Defect: "returns a new error with the text only, in which errors.Is finds nothing",
		Caught: Catch{"all-fail", executor.PartialSuccess},
		New: concluding(func(_ *fanout.Call, results map[string]*executor.AgentResponse, err error) (map[string]*executor.AgentResponse, error) {
			if err != nil {
				err = errors.New(err.Error())
			}
			return results, err
		}),
	},
	{
		Name:   "last-error",
		Defect: "reports the last failure, like a variable that each agent overwrites",
		Seen:   "https://github.com/sourcegraph/sourcegraph-public-snapshot/pull/38681",
		Caught: Catch{"all-fail", executor.PartialSuccess}, Related: misreports,
		New: part(fanout.Parts{Conclude: func(c *fanout.Call) (map[string]*executor.AgentResponse, error) {
			slices.Reverse(c.Failures)
			return fanout.Conclude(c)
		}}),
	},
	{
		Name:   "first-error-only",
		Defect: "reports the first failure and drops the others",
		Seen:   "https://github.com/golang/go/issues/27837",
		Caught: Catch{"all-fail", executor.PartialSuccess}, Related: misreports,
		New: part(fanout.Parts{Conclude: func(c *fanout.Call) (map[string]*executor.AgentResponse, error) {
			c.Failures = c.Failures[:min(1, len(c.Failures))]
			return fanout.Conclude(c)
		}}),
	},
	{
		Name:   "consequence-for-cause",
		Defect: "reports under FailFast the error of the first agent in the list, which may be the cancellation that another agent's failure caused",
		Seen:   "https://github.com/golang/go/issues/27837",
		Caught: Catch{"fail-fast", executor.PartialSuccess},
		New: concluding(func(c *fanout.Call, results map[string]*executor.AgentResponse, err error) (map[string]*executor.AgentResponse, error) {
			if c.Config.Policy == executor.FailFast {
				for _, a := range c.Answers {
					if a.Err != nil {
						return nil, a.Err
					}
				}
			}
			return results, err
		}),
	},
	{
		Name:   "failures-forgotten",
		Defect: "returns the results and no error under CollectErrors",
		Caught: Catch{"collect-errors", executor.PartialSuccess},
		New: concluding(func(c *fanout.Call, results map[string]*executor.AgentResponse, err error) (map[string]*executor.AgentResponse, error) {
			if len(results) > 0 {
				return results, nil
			}
			return results, err
		}),
	},
	{
		Name:   "typed-nil",
		Defect: "returns a nil pointer as an error, which is then not nil",
		Seen:   "https://github.com/ipfs/go-ipfs-api/pull/112",
		Caught: Catch{"normal", executor.PartialSuccess}, Related: misreports,
		New: concluding(func(_ *fanout.Call, results map[string]*executor.AgentResponse, err error) (map[string]*executor.AgentResponse, error) {
			var failed *callError
			if err != nil {
				failed = &callError{err}
			}
			return results, failed
		}),
	},
	{
		Name:   "cancelled-is-no-failure",
		Defect: "takes the cancellation that an agent reports for a consequence and drops it, although nobody cancelled",
		Seen:   "https://github.com/pingcap/tidb/issues/45622",
		Caught: Catch{"fail-canceled", executor.PartialSuccess}, Related: misreports,
		New: dropping(func(err error) bool { return errors.Is(err, context.Canceled) }),
	},
	{
		Name:   "bare-cancelled-is-no-failure",
		Defect: "drops a failure that is context.Canceled itself, although nobody cancelled",
		Seen:   "https://github.com/elastic/go-concert/pull/30",
		Caught: Catch{"all-fail-canceled", executor.PartialSuccess}, Related: misreports,
		New: dropping(func(err error) bool { return errors.Unwrap(err) == context.Canceled }),
	},
	{
		Name:   "deadline-is-no-failure",
		Defect: "takes the DeadlineExceeded that an agent reports for the call's own and drops it, although the call has time left",
		Seen:   "https://github.com/openshift/cluster-version-operator/pull/372",
		Caught: Catch{"fail-deadline", executor.PartialSuccess}, Related: misreports,
		New: dropping(func(err error) bool { return errors.Is(err, context.DeadlineExceeded) }),
	},
	{
		Name:   "cancelled-blamed-on-caller",
		Defect: "returns context.Canceled alone when an agent reports a cancellation, as if the caller had cancelled",
		Caught: Catch{"fail-canceled-wrapped", executor.PartialSuccess}, Related: misreports,
		New: concluding(func(c *fanout.Call, results map[string]*executor.AgentResponse, err error) (map[string]*executor.AgentResponse, error) {
			if c.Ended == nil && errors.Is(err, context.Canceled) {
				err = context.Canceled
			}
			return results, err
		}),
	},
	{
		Name:    "cancelled-stops-nobody",
		Defect:  "does not cancel the other agents under FailFast if the failure is a cancellation that an agent reports",
		Caught:  Catch{"fail-canceled-fast", executor.PartialSuccess},
		Related: Related{executor.Cancels: "agents are started after the failure"},
		New: part(fanout.Parts{Record: func(c *fanout.Call, i int, a fanout.Answer) {
			if !errors.Is(a.Err, context.Canceled) {
				fanout.Record(c, i, a)
				return
			}
			quiet := fanout.Call{Config: c.Config, Agents: c.Agents, Cancel: func(error) {}, Answers: c.Answers}
			fanout.Record(&quiet, i, a)
			c.Mu.Lock()
			defer c.Mu.Unlock()
			c.Failures = append(c.Failures, quiet.Failures...)
		}}),
	},
}

// dropping is the plain executor, but it drops the failures for which drop returns
// true. It keeps them if the caller or the time ended the call.
func dropping(drop func(err error) bool) func(executor.Config) (executor.ParallelExecutor, error) {
	return part(fanout.Parts{Conclude: func(c *fanout.Call) (map[string]*executor.AgentResponse, error) {
		if c.Ended == nil {
			c.Failures = slices.DeleteFunc(c.Failures, func(err error) bool { return drop(err) })
		}
		return fanout.Conclude(c)
	}})
}
