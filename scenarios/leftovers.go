package scenarios

import (
	"reflect"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/mocks"
)

// Leftovers are what an inspection of the process found.
type Leftovers struct {
	// Inspected is false where the inspection failed: nothing may be concluded
	// from the other fields then.
	Inspected bool `json:"looked"`
	// Leak is the report of package leak.
	Leak leak.Report `json:"leak"`
	// ByAgent counts the goroutines that the agents' own code started, and those
	// that wait in an agent that ignores its context. ByExecutor counts all
	// others, among them callers that are blocked behind agents.
	ByAgent    int `json:"byAgent"`
	ByExecutor int `json:"byExecutor"`
	// AgentOwn counts those of ByAgent that an agent's code started: no executor
	// could have known of them.
	AgentOwn int `json:"agentOwn,omitempty"`
	// Goleak is the answer of the second witness.
	Goleak Witness `json:"goleak"`
}

// Witness is what go.uber.org/goleak found in the same process.
type Witness struct {
	// Asked is false where goleak was not run. Why gives the reason then.
	Asked bool   `json:"asked"`
	Why   string `json:"why,omitempty"`
	// Found is the number of goroutines that it named.
	Found int `json:"found"`
	// Differs says how its answer differs from that of package leak, and why.
	// It is empty where both agree.
	Differs string `json:"differs,omitempty"`
}

// Wire is what the client of a wire scenario used.
type Wire struct {
	// Requests is the number of HTTP requests, retries included. Dialed is the
	// number of connections that were opened for them.
	Requests int `json:"requests"`
	Dialed   int `json:"dialed"`
	// Left are the connections when the last request was over. Released are
	// those after the agents were released and idle connections were closed.
	Left     Connections `json:"left"`
	Released Connections `json:"released"`
}

// Connections are the connections of a client at one moment.
type Connections struct {
	Open int `json:"open"`
	// InUse are those that serve a request or an unread body. The others are
	// idle, kept alive for the next request.
	InUse int `json:"inUse"`
	// Bodies are response bodies that were neither read to their end nor closed.
	Bodies int `json:"bodies"`
}

var (
	// mocksPrefix begins the names of the agents' functions in a stack.
	mocksPrefix = reflect.TypeFor[mocks.FaultRunner]().PkgPath() + "."
	// callerPrefixes begin the names of the functions that start callers. They
	// are in package observe; reports from before that package existed name
	// package scenarios.
	callerPrefixes = []string{
		reflect.TypeFor[Scenario]().PkgPath() + "/observe.",
		reflect.TypeFor[Scenario]().PkgPath() + ".",
	}
)

// StartedByAgent reports whether an agent's own code created the goroutine. No
// executor could have known of it. In a wire scenario the HTTP client is part
// of the agent.
func (o Observation) StartedByAgent(f leak.Finding) bool {
	return o.Wire != nil && ofClient(f) || strings.HasPrefix(f.Entry, mocksPrefix) || strings.HasPrefix(f.CreatedBy, mocksPrefix)
}

// InAgent reports whether the goroutine is inside the code of an agent or a tool.
func (o Observation) InAgent(f leak.Finding) bool {
	return strings.HasPrefix(f.Function, mocksPrefix) || strings.Contains(f.Stack, "\n"+mocksPrefix)
}

// IsCaller reports whether the goroutine is one of the harness's own callers of
// ExecuteParallel. It is left where the call does not return.
func (o Observation) IsCaller(f leak.Finding) bool {
	return slices.ContainsFunc(callerPrefixes, func(prefix string) bool { return strings.HasPrefix(f.CreatedBy, prefix) })
}

// ofClient reports whether the goroutine belongs to a connection of an HTTP
// client, or opens one, or reads what is left of a body that was closed early.
func ofClient(f leak.Finding) bool {
	return slices.ContainsFunc([]string{"net/http.(*persistConn).", "net/http.(*Transport).", "net/http.maybeDrainBody."},
		func(prefix string) bool { return strings.HasPrefix(f.Entry, prefix) })
}
