package mocks

import (
	"context"
	"fmt"
	"runtime/pprof"
	"sync"

	"github.com/watertight-go/watertight/executor"
)

// FaultRunner is an executor.Runner whose agents do their faults. Make one with
// NewFaultRunner, and release it when it is no longer needed.
type FaultRunner struct {
	// release is closed by Release.
	release  chan struct{}
	counts   counters
	recorder *recorder // nil with RecordCounts

	plansMu sync.RWMutex
	plans   map[*executor.Agent]*plan
	// byID is the agent that was added under an ID; nil if there are several.
	byID map[string]*executor.Agent

	// mu guards the fields below, and closing release.
	mu        sync.Mutex
	resources resources
	// client is where the calls of OnWire go. clientCtx is done after Release.
	client    Wire
	clientCtx context.Context
	endClient context.CancelFunc
}

// plan is what one agent and its tools do.
type plan struct {
	fault  Fault
	action action
	// streamAction is the stream of the fault.
	streamAction streamAction
	tools        []ToolFault
	labels       pprof.LabelSet
}

// NewFaultRunner returns a FaultRunner without agents. An empty mode means
// RecordAll. In a testing/synctest bubble, its channels belong to the bubble.
func NewFaultRunner(mode RecordMode) *FaultRunner {
	r := &FaultRunner{release: make(chan struct{}), plans: make(map[*executor.Agent]*plan), byID: make(map[string]*executor.Agent)}
	if mode != RecordCounts {
		r.recorder = newRecorder()
	}
	return r
}

// Add makes agent do fault when it is called, and its tools do tools. It sets
// agent.Tools, so call it before the agent is used. A healthy response asks for
// each tool once, in order, with the IDs "call-1", "call-2" and so on, and with
// the input as arguments. Adding an agent again replaces its fault and resets its
// counters.
//
// The agent is found by its pointer, so IDs may be empty or occur twice. A copy
// of the agent is found by its ID if no other agent has the same ID.
func (r *FaultRunner) Add(agent *executor.Agent, fault Fault, tools ...ToolFault) {
	p := &plan{fault: fault, action: fault.action(), tools: tools, labels: pprof.Labels("agent", agent.ID)}
	p.streamAction = fault.streamAction(p.action)
	agent.Tools = nil
	for _, t := range tools {
		agent.Tools = append(agent.Tools, executor.Tool{Name: t.Name, Handler: r.handler(agent, p, t)})
	}
	r.plansMu.Lock()
	defer r.plansMu.Unlock()
	r.plans[agent] = p
	if first, taken := r.byID[agent.ID]; taken && first != agent {
		r.byID[agent.ID] = nil
	} else {
		r.byID[agent.ID] = agent
	}
}

// find returns the agent that was added and its plan, for the agent or a copy of
// it; a nil plan if there is none. An executor may pass a copy to protect the
// caller's agent from changes.
func (r *FaultRunner) find(agent *executor.Agent) (*executor.Agent, *plan) {
	r.plansMu.RLock()
	defer r.plansMu.RUnlock()
	if p := r.plans[agent]; p != nil {
		return agent, p
	}
	original := r.byID[agent.ID]
	return original, r.plans[original]
}

// known is find, or an error.
func (r *FaultRunner) known(agent *executor.Agent) (*executor.Agent, *plan, error) {
	added, p := r.find(agent)
	if p == nil {
		return nil, nil, fmt.Errorf("mocks: execute agent %q: not an agent of this FaultRunner; add it with FaultRunner.Add", agent.ID)
	}
	return added, p, nil
}

// ExecuteAgent does the agent's fault. After Release it answers at once. An agent
// that was not added is an error. A nil agent panics with a nil dereference, as
// it would in a real client. Only the client of OnWire reads history.
//
// If ctx has pprof labels, the goroutine has them and agent=ID during the call.
// The labels are those of ctx, because Go cannot read the labels of a goroutine:
// pass the context that pprof.Do gave. If ctx has none, the goroutine keeps its
// labels.
func (r *FaultRunner) ExecuteAgent(ctx context.Context, agent *executor.Agent, input string, history []executor.Message) (*executor.AgentResponse, error) {
	agent, p, err := r.known(agent)
	if err != nil {
		return nil, err
	}
	ctx, unlabel := p.label(ctx)
	defer unlabel()
	return r.run(ctx, &call{runner: r, plan: p, agent: agent, input: input, history: history})
}

// label gives the goroutine the labels of ctx, if it has any, and the agent's. unlabel
// takes the agent's away.
func (p *plan) label(ctx context.Context) (_ context.Context, unlabel func()) {
	if !hasLabels(ctx) {
		return ctx, func() {}
	}
	labelled := pprof.WithLabels(ctx, p.labels)
	pprof.SetGoroutineLabels(labelled)
	return labelled, func() { pprof.SetGoroutineLabels(ctx) }
}

// run does the action and records it. It recovers nothing: a panic passes through
// with its stack. An action that ends its goroutine has set the outcome before.
func (r *FaultRunner) run(ctx context.Context, c *call) (resp *executor.AgentResponse, err error) {
	r.counts.begin()
	c.entry = r.recorder.begin(ctx, c)
	c.outcome = Panicked
	defer func() {
		r.recorder.end(c)
		r.counts.end()
	}()
	if r.isReleased() {
		resp = c.answer()
	} else {
		resp, err = c.plan.action(ctx, c)
	}
	c.outcome, c.err = outcomeOf(resp, err), err
	return resp, err
}

func hasLabels(ctx context.Context) bool {
	found := false
	pprof.ForLabels(ctx, func(string, string) bool {
		found = true
		return false
	})
	return found
}

// Release ends everything that hangs, waits or was left behind, except
// HangForever, and closes the descriptors. Calls made from now on answer at once.
// It waits for the goroutines that LeakChild started. The goroutines of agents
// belong to their callers, and end soon after. It may be called again.
func (r *FaultRunner) Release() {
	r.closeAll()
	r.resources.children.Wait()
}

func (r *FaultRunner) closeAll() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.isReleased() {
		return
	}
	close(r.release)
	if r.endClient != nil {
		r.endClient()
	}
	r.resources.close()
}

func (r *FaultRunner) isReleased() bool {
	select {
	case <-r.release:
		return true
	default:
		return false
	}
}
