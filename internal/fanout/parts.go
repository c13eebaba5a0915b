package fanout

import (
	"context"
	"reflect"
	"sync"
	"time"

	"github.com/watertight-go/watertight/executor"
)

// Parts are the parts of the executor, in the order in which a call uses them. For
// a nil field the correct part is used, which is the exported function of that name.
type Parts struct {
	// Validate says why agents[i] cannot be called; nil if it can.
	Validate func(agents []*executor.Agent, i int) error
	// CallContext makes the context that the agents of a call share.
	CallContext func(ctx context.Context, c executor.Config, agents int) (context.Context, context.CancelCauseFunc)
	// RunAll runs task(0) to task(n-1), at most limit at a time, and returns when
	// all have returned. Limit 0 means all at once. A task ends soon after ctx is
	// done. Its error is that of its agent.
	RunAll func(ctx context.Context, n, limit int, task func(i int) error)
	// MayStart says whether an agent may still be started when it has a place.
	MayStart func(ctx context.Context) error
	// AgentContext makes the context of one agent.
	AgentContext func(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc)
	// Watch runs an agent on a goroutine of its own. It waits for the agent until
	// grace after the end of ctx, and returns false if it gave up.
	Watch Watcher
	// Guard makes an answer of what work does, be it a panic or a Goexit. It
	// passes the answer to done exactly once.
	Guard Guarder
	// CallAgent calls the Runner.
	CallAgent func(ctx context.Context, c executor.Config, agent *executor.Agent, input string) (*executor.AgentResponse, error)
	// Tools makes the tool calls of a response with run, and returns the response
	// with their results.
	Tools func(ctx context.Context, r *executor.AgentResponse, run ToolRunner) (*executor.AgentResponse, error)
	// ToolContext makes the context of one tool call.
	ToolContext func(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc)
	// WatchTool and GuardTool are Watch and Guard for a tool.
	WatchTool Watcher
	GuardTool Guarder
	// Record stores the answer of agent i.
	Record func(c *Call, i int, a Answer)
	// Late is called with the answer of an agent that was abandoned.
	Late func(c *Call, i int, a Answer)
	// Conclude makes the results and the error that the caller gets.
	Conclude func(c *Call) (map[string]*executor.AgentResponse, error)
	// Admit says whether an agent or tool with abandoned calls may be called.
	Admit func(b *Breaker, now time.Time, c executor.Config) error
	// InTime updates the breaker after a call that returned in time.
	InTime func(b *Breaker, err error)
}

// Work is a call of an agent or a tool. It passes its answer to done exactly once,
// on the goroutine that it runs on, however it ends.
type Work func(done func(Answer))

// Watcher runs work and waits for its answer. It returns false if it gave up.
type Watcher func(ctx context.Context, grace time.Duration, work Work) (Answer, bool)

// Guarder runs work and passes its answer to done.
type Guarder func(work func() (*executor.AgentResponse, error), done func(Answer))

// ToolRunner makes one tool call.
type ToolRunner func(context.Context, executor.ToolCall) executor.ToolResult

// Answer is the result of one call: a response or an error.
type Answer struct {
	Response *executor.AgentResponse
	Err      error
}

// Call is one ExecuteParallel under way.
type Call struct {
	Config executor.Config
	Agents []*executor.Agent
	// Caller is the caller's context. Context is the one that the agents share.
	Caller, Context context.Context
	// Cancel ends the agents' context.
	Cancel context.CancelCauseFunc
	// Answers has the answer of each agent, in input order.
	Answers []Answer
	// Ended is the error of the call's context if it was done before all agents
	// returned; else nil.
	Ended error
	// Out is the map that the caller gets. Conclude fills it.
	Out map[string]*executor.AgentResponse

	// Mu guards Failures. They are in the order of time.
	Mu       sync.Mutex
	Failures []error
}

// whole returns p with the correct part for each nil field.
func (p Parts) whole() Parts {
	put(&p.Validate, Validate)
	put(&p.CallContext, CallContext)
	put(&p.RunAll, RunAll)
	put(&p.MayStart, context.Context.Err)
	put(&p.AgentContext, context.WithTimeout)
	put(&p.Watch, Watcher(Watch))
	put(&p.Guard, Guarder(Guard))
	put(&p.CallAgent, CallAgent)
	put(&p.Tools, Tools)
	put(&p.ToolContext, context.WithTimeout)
	put(&p.WatchTool, Watcher(Watch))
	put(&p.GuardTool, Guarder(Guard))
	put(&p.Record, Record)
	put(&p.Late, func(*Call, int, Answer) {})
	put(&p.Conclude, Conclude)
	put(&p.Admit, Admit)
	put(&p.InTime, InTime)
	return p
}

// put sets a part that is nil.
func put[F any](part *F, correct F) {
	if reflect.ValueOf(*part).IsNil() {
		*part = correct
	}
}
