// Package loads is the table of loads: the scenarios that the command stress runs
// beside the catalogue. A load is many requests instead of one. Flags say how many,
// and some loads need a child process of a special kind. Whatever differs from load
// to load is a column of the table, so no other package decides by a load's name.
// This package runs nothing.
package loads

import (
	"fmt"

	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
)

// Names of the loads, as -scenarios and reports have them.
const (
	Accumulation = "accumulation"
	Sequential   = "accumulation-sequential"
	MaxInFlight  = "accumulation-max-in-flight"
	Timeline     = "timeline"
	Channel      = "blocking-channel"
	Syscall      = "blocking-syscall"
	Socket       = "blocking-socket"
	ClientMemory = "client-memory"
)

// Load is one row of the table.
type Load struct {
	Name string
	// Describe says in one line what runs, with this many requests and agents.
	Describe func(requests, agents int) string
	// build makes the scenario, without its name; see Scenario.
	build func(requests, agents int) scenarios.Scenario
	// size is how many requests and agents a cell has where -requests and -agents
	// ask for these; nil: as many. See Size.
	size func(requests, agents int) (int, int)
	// Mode is how a child process runs it.
	Mode Mode
	// Limit is what an UntilLimit load meets.
	Limit Limit
	// For are the executors that run it.
	For Audience
	// HeapProfiles asks for a second process, which records every allocation.
	HeapProfiles bool
	// MostlyWaits says that its cells may run beside others.
	MostlyWaits bool
}

// Mode is how a child process runs a load.
type Mode int

const (
	// Sampled runs on the machine's clock, with samples and profiles.
	Sampled Mode = iota
	// Virtual runs on virtual time, with a sample for every hour.
	Virtual
	// UntilLimit runs until a limit of the process is met, which is lowered for it.
	UntilLimit
	// RealClient makes the calls through the real HTTP client.
	RealClient
)

// Limit is a limit of a process.
type Limit int

const (
	// Memory is not lowered: the load shows that no other limit is met.
	Memory Limit = iota
	Threads
	Descriptors
)

// Audience is which executors of a run a load is for.
type Audience int

const (
	Everyone Audience = iota
	BeforeOnly
	AfterOnly
	BeforeAndAfter
)

const (
	// sequentialRequests bounds the requests that wait for one another: where
	// callers are blocked, each takes its whole patience.
	sequentialRequests = 100
	// maxInFlight is how many calls may be under way in MaxInFlight.
	maxInFlight = 16
	// timelineHours and TimelinePerHour are those of the case: a day at 100
	// requests an hour.
	timelineHours   = 24
	TimelinePerHour = 100
	// clientRequests bounds the requests through the real client: each call holds
	// a descriptor in the child and one in the process of the server.
	clientRequests = 100
	// limitAgents is how many agents a request has that is to meet a limit.
	limitAgents = 5
	// channelRequests make more than 10,000 goroutines, limitRequests more threads
	// and descriptors than the lowered limits allow.
	channelRequests = 2200
	limitRequests   = 100
)

var table = []Load{
	{
		Name: Accumulation, build: accumulation, HeapProfiles: true,
		Describe: func(requests, agents int) string {
			return fmt.Sprintf("%d requests x %d agents that ignore their context; requests arrive in open loop: on time, even if earlier ones hang", requests, agents)
		},
	},
	{
		Name: Sequential, build: sequential, size: atMost(sequentialRequests), MostlyWaits: true,
		Describe: fixed(fmt.Sprintf("the same requests, %d at most, one after another", sequentialRequests)),
	},
	{
		Name: MaxInFlight, build: limited, For: AfterOnly,
		Describe: fixed(fmt.Sprintf("the same requests with MaxInFlight %d (the candidate only)", maxInFlight)),
	},
	{
		Name: Timeline, build: timeline, Mode: Virtual,
		size:     func(_, agents int) (int, int) { return timelineHours * TimelinePerHour, agents },
		Describe: fixed(fmt.Sprintf("a day at %d requests an hour, on virtual time", TimelinePerHour)),
	},
	{
		Name: Channel, Mode: UntilLimit, Limit: Memory, For: BeforeAndAfter,
		build: blocking("channel", mocks.HangIgnoring(), ""), size: exactly(channelRequests, limitAgents),
		Describe: fixed("agents blocked on a channel, more than 10,000 of them"),
	},
	{
		Name: Syscall, Mode: UntilLimit, Limit: Threads, For: BeforeAndAfter,
		build: blocking("syscall", mocks.HangSyscall(), "a system call is not durably blocked"), size: exactly(limitRequests, limitAgents),
		Describe: fixed("agents blocked in a system call, a thread each, until a lowered limit of threads"),
	},
	{
		Name: Socket, Mode: UntilLimit, Limit: Descriptors, For: BeforeAndAfter,
		build: blocking("socket", mocks.HangSocket(), "a network read is not durably blocked"), size: exactly(limitRequests, limitAgents),
		Describe: fixed("agents blocked on sockets, until a lowered limit of descriptors"),
	},
	{
		Name: ClientMemory, Mode: RealClient, For: BeforeOnly,
		build: realClient, size: atMost(clientRequests),
		Describe: fixed("memory of calls that hang in the real client (the original only)"),
	},
}

// All are the loads in the order in which they run and are reported.
func All() []Load { return table }

// Find is the load of that name; false where there is none.
func Find(name string) (Load, bool) {
	for _, l := range table {
		if l.Name == name {
			return l, true
		}
	}
	return Load{}, false
}

// Size is how many requests and agents a cell of the load has where a run asks for
// these.
func (l Load) Size(requests, agents int) (int, int) {
	if l.size == nil {
		return requests, agents
	}
	return l.size(requests, agents)
}

// Scenario is what a cell of this size runs. Sizes below 1 mean 1.
func (l Load) Scenario(requests, agents int) scenarios.Scenario {
	s := l.build(requests, agents)
	s.Name = l.Name
	return s
}

func fixed(text string) func(int, int) string { return func(int, int) string { return text } }

func atMost(n int) func(int, int) (int, int) {
	return func(requests, agents int) (int, int) { return min(requests, n), agents }
}

func exactly(requests, agents int) func(int, int) (int, int) {
	return func(int, int) (int, int) { return requests, agents }
}
