// Package loads is the table of loads: the scenarios that the command stress
// runs beside the catalogue. They are many requests instead of one, sized by
// flags, and each may need a child process of a special kind. Everything that
// differs from load to load is a column here; no other package asks for a
// load's name to decide what to do. The package runs nothing.
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
	// Describe says in a line what runs with this many requests and agents.
	Describe func(requests, agents int) string
	// Scenario builds what runs.
	Scenario func(requests, agents int) (scenarios.Scenario, error)
	// Size is how many requests and agents of each a cell makes, from those
	// that -requests and -agents ask for. nil: as asked for.
	Size func(requests, agents int) (int, int)
	// Mode is how a child process runs it.
	Mode Mode
	// Limit is what an UntilLimit load runs into.
	Limit Limit
	// For are the executors that run it.
	For Audience
	// HeapProfiles asks for a second process that records every allocation.
	HeapProfiles bool
	// MostlyWaits says that the cells may run beside others.
	MostlyWaits bool
}

// Mode is how a child process runs a load.
type Mode int

const (
	// Sampled runs on the machine's clock, with samples and profiles.
	Sampled Mode = iota
	// Virtual runs on virtual time, sampled once an hour.
	Virtual
	// UntilLimit runs until Limit is met, which is lowered for it.
	UntilLimit
	// RealClient runs the calls through the real HTTP client.
	RealClient
)

// Limit is a limit of a process.
type Limit int

const (
	// Memory is not lowered: it is there to show that no other limit is met.
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
	// maxInFlight bounds the calls that are under way together.
	maxInFlight = 16
	// A day at 100 requests an hour is what the case speaks of.
	timelineHours = 24
	// TimelinePerHour is the rate of the timeline.
	TimelinePerHour = 100
	// clientRequests bounds the requests through the real client: each call holds
	// a descriptor in the child and one in the server's process.
	clientRequests = 100
	// limitAgents is how many agents a request has that runs into a limit.
	limitAgents = 5
	// channelRequests comes to more than 10,000 goroutines, limitRequests to
	// more threads and descriptors than the lowered limits allow.
	channelRequests = 2200
	limitRequests   = 100
)

var table = []Load{
	{
		Name: Accumulation, HeapProfiles: true,
		Describe: func(requests, agents int) string {
			return fmt.Sprintf("%d requests x %d agents that ignore their context; requests arrive on time, whether earlier ones have returned or not", requests, agents)
		},
		Scenario: accumulation,
	},
	{
		Name: Sequential, MostlyWaits: true,
		Describe: fixed(fmt.Sprintf("the same requests, %d at most, one after another", sequentialRequests)),
		Scenario: sequential,
		Size:     atMost(sequentialRequests),
	},
	{
		Name: MaxInFlight, For: AfterOnly,
		Describe: fixed(fmt.Sprintf("the same requests with MaxInFlight %d (the candidate only)", maxInFlight)),
		Scenario: func(requests, agents int) (scenarios.Scenario, error) {
			s, err := accumulation(requests, agents)
			s.Config.MaxInFlight = maxInFlight
			return s, err
		},
	},
	{
		Name: Timeline, Mode: Virtual,
		Describe: fixed(fmt.Sprintf("a day at %d requests an hour, on virtual time", TimelinePerHour)),
		Scenario: timeline,
		Size:     func(_, agents int) (int, int) { return timelineHours * TimelinePerHour, agents },
	},
	{
		Name: Channel, Mode: UntilLimit, Limit: Memory, For: BeforeAndAfter,
		Describe: fixed("agents blocked on a channel, more than 10,000 of them"),
		Scenario: blocking(Channel, "channel", mocks.HangIgnoring, ""),
		Size:     exactly(channelRequests, limitAgents),
	},
	{
		Name: Syscall, Mode: UntilLimit, Limit: Threads, For: BeforeAndAfter,
		Describe: fixed("agents blocked in a system call, a thread each, until a lowered limit of threads"),
		Scenario: blocking(Syscall, "syscall", mocks.HangSyscall, "a system call is not durably blocked"),
		Size:     exactly(limitRequests, limitAgents),
	},
	{
		Name: Socket, Mode: UntilLimit, Limit: Descriptors, For: BeforeAndAfter,
		Describe: fixed("agents blocked on sockets until a lowered limit of descriptors"),
		Scenario: blocking(Socket, "socket", mocks.HangSocket, "a network read is not durably blocked"),
		Size:     exactly(limitRequests, limitAgents),
	},
	{
		Name: ClientMemory, Mode: RealClient, For: BeforeOnly,
		Describe: fixed("memory of calls that hang in the real client (the original only)"),
		Scenario: realClient,
		Size:     atMost(clientRequests),
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

// Sized is how many requests and agents a cell of the load makes.
func (l Load) Sized(requests, agents int) (int, int) {
	if l.Size == nil {
		return requests, agents
	}
	return l.Size(requests, agents)
}

func fixed(text string) func(int, int) string { return func(int, int) string { return text } }

func atMost(n int) func(int, int) (int, int) {
	return func(requests, agents int) (int, int) { return min(requests, n), agents }
}

func exactly(requests, agents int) func(int, int) (int, int) {
	return func(int, int) (int, int) { return requests, agents }
}
