package mocks

import (
	"context"
	"fmt"
	"net"
	"runtime/pprof"
	"sync"

	"github.com/watertight-go/watertight/executor"
)

// FaultRunner is an executor.Runner whose agents do what they were hired for. Make
// one with NewFaultRunner; Release it when it is no longer needed.
type FaultRunner struct {
	// release is closed by Release.
	release  chan struct{}
	counts   counters
	recorder *recorder

	registeredMu sync.RWMutex
	registered   map[*executor.Agent]*registration
	// byID is the agent hired under an ID; nil where there is more than one.
	byID map[string]*executor.Agent

	// mu guards what follows, and the closing of release.
	mu       sync.Mutex
	pipe     *pipe
	readers  int
	listener net.Listener
	conns    []net.Conn
	children sync.WaitGroup
	// wire is the client of OnWire. ended is done once the runner is released.
	wire  Wire
	ended context.Context
	end   context.CancelFunc
}

// staff is a hired agent.
type registration struct {
	fault  Fault
	act    act
	tools  []ToolFault
	labels pprof.LabelSet
}

// NewFaultRunner returns a runner without agents. An empty record means RecordAll. It
// may be called inside a testing/synctest bubble, to which its channels then belong.
func NewFaultRunner(record RecordMode) *FaultRunner {
	c := &FaultRunner{release: make(chan struct{}), registered: make(map[*executor.Agent]*registration), byID: make(map[string]*executor.Agent)}
	if record != RecordCounts {
		c.recorder = newRecorder()
	}
	return c
}

// Add makes agent do fault when it is called. It is known by its pointer, so
// IDs may be empty or occur twice; a copy of it is known by its ID, where no
// other agent was hired under that. agent.Tools is set to handlers that do
// tools; the agent's healthy response asks for each of them once, in order,
// with IDs "call-1", "call-2" and the input as arguments. Hiring an agent again
// replaces its fault and starts its counters anew. Add writes to agent, so it
// must be called before the agent is used.
func (c *FaultRunner) Add(agent *executor.Agent, fault Fault, tools ...ToolFault) {
	s := &registration{fault: fault, act: fault.act(), tools: tools, labels: pprof.Labels("agent", agent.ID)}
	agent.Tools = nil
	for _, t := range tools {
		agent.Tools = append(agent.Tools, executor.Tool{Name: t.Name, Handler: c.handler(agent, s, t)})
	}
	c.registeredMu.Lock()
	defer c.registeredMu.Unlock()
	c.registered[agent] = s
	if first, taken := c.byID[agent.ID]; taken && first != agent {
		c.byID[agent.ID] = nil
	} else {
		c.byID[agent.ID] = agent
	}
}

// find is the hired agent that is called, and what it was hired for; nil where
// it was not. A runner may be handed a copy, so that what it does to the agent
// does not reach the caller's.
func (c *FaultRunner) find(agent *executor.Agent) (*executor.Agent, *registration) {
	c.registeredMu.RLock()
	defer c.registeredMu.RUnlock()
	if s := c.registered[agent]; s != nil {
		return agent, s
	}
	hired := c.byID[agent.ID]
	return hired, c.registered[hired]
}

// ExecuteAgent does the agent's fault; only a client on a wire looks at history. After Release
// it answers at once. An agent that was not hired is an error. A nil agent
// panics with a nil dereference, as a real client would.
//
// Where ctx carries pprof labels, the goroutine has these and agent=ID during
// the call. The labels are set from ctx, since Go offers no way to read those
// of a goroutine: pass the context that pprof.Do gave. For the same reason a
// goroutine whose ctx carries none keeps the labels that it has.
func (c *FaultRunner) ExecuteAgent(ctx context.Context, agent *executor.Agent, input string, history []executor.Message) (*executor.AgentResponse, error) {
	id := agent.ID
	agent, s := c.find(agent)
	if s == nil {
		return nil, fmt.Errorf("mocks: execute agent %q: got an agent that was not hired by this runner", id)
	}
	if hasLabels(ctx) {
		defer pprof.SetGoroutineLabels(ctx)
		ctx = pprof.WithLabels(ctx, s.labels)
		pprof.SetGoroutineLabels(ctx)
	}
	return c.run(ctx, &call{runner: c, registered: s, agent: agent, input: input, history: history})
}

// run does the act between the two entries in the books. An act that does not
// return has said so before, so nothing needs to be recovered here: the panic
// passes through with its stack.
func (c *FaultRunner) run(ctx context.Context, k *call) (r *executor.AgentResponse, err error) {
	c.counts.enter()
	k.entry = c.recorder.enter(ctx, k)
	k.ending = Panicked
	defer func() {
		c.recorder.leave(k.entry, k)
		c.counts.leave()
	}()
	if c.isReleased() {
		r = k.answer()
	} else {
		r, err = k.registered.act(ctx, k)
	}
	k.ending, k.err = outcome(r, err), err
	return r, err
}

func hasLabels(ctx context.Context) bool {
	found := false
	pprof.ForLabels(ctx, func(string, string) bool {
		found = true
		return false
	})
	return found
}

// Release opens every release: whatever hangs, dawdles or was left behind by this
// runner ends, HangForever apart, its descriptors are closed, and calls made from
// now on answer at once. It waits for the children of LeakChild; the agents' own
// goroutines belong to their callers, and return soon after. It may be called again.
func (c *FaultRunner) Release() {
	c.open()
	c.children.Wait()
}

func (c *FaultRunner) open() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.isReleased() {
		return
	}
	close(c.release)
	if c.end != nil {
		c.end()
	}
	c.closeResources()
}

func (c *FaultRunner) isReleased() bool {
	select {
	case <-c.release:
		return true
	default:
		return false
	}
}
