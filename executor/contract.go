package executor

import "fmt"

// Clause is the number of one promise of the contract. Zero is no clause.
type Clause int

// The clauses of the contract. Failures print their numbers.
const (
	ReturnsInTime  Clause = 1
	LosesNothing   Clause = 2
	PartialSuccess Clause = 3
	Cancels        Clause = 4
	LeavesNothing  Clause = 5
	BoundsStuck    Clause = 6
	Survives       Clause = 7
	RespectsLimit  Clause = 8
	RunsTools      Clause = 9
	TouchesNoInput Clause = 10
	PassesContext  Clause = 11
	Joins          Clause = 12

	// Clauses for streams. The clauses 1, 3 to 8, 11 and 12 hold for streams, too.
	EndsWithConsumer Clause = 13
	DeliversInOrder  Clause = 14
	BoundsBuffer     Clause = 15
)

// Clauses lists the whole contract in order.
var Clauses = []struct {
	Clause Clause
	Title  string
	// Text states the promise.
	Text string
}{
	{ReturnsInTime, "returns in time", "The call returns at the latest Grace after the caller's cancellation, the caller's deadline, or AgentTimeout x ceil(agents/Limit), whichever is first. What the agents do makes no difference. (Agents that use all CPUs can delay everything on a small machine for seconds. The Go scheduler causes that, not the executor.)"},
	{LosesNothing, "loses nothing", "The map has the complete response of every agent that finished in time, under the agent's ID, and nothing else. An agent that finishes later never changes what was returned."},
	{PartialSuccess, "partial success", "With at least one result, the call returns the results and a nil error. With none, it returns an error that starts with the first failure and satisfies errors.Is for every cause. Without agents, it returns an empty map and a nil error. The policies FailFast, CollectErrors and FirstError do what their documentation says."},
	{Cancels, "cancels", "Every context that the call gave to an agent is done once the call has returned. Nothing is started after a cancellation."},
	{LeavesNothing, "leaves nothing", "No goroutine, no file descriptor and no heap memory is left once all agents have obeyed their context."},
	{BoundsStuck, "bounds what cannot be stopped", "Calls that take longer than AgentTimeout + Grace are abandoned and counted. An agent has at most MaxStuck + calls in flight + 1 + log2(1 + t/Backoff) of them after the time t."},
	{Survives, "survives", "After a panic, a Goexit, a nil response, a nil agent, an empty ID or a duplicate ID, the error of that agent says what happened, and no other agent loses its result."},
	{RespectsLimit, "respects Limit", "At most Limit agents run at the same time. Waiting agents are not started after a cancellation. The time of a waiting agent begins when the agent is started."},
	{RunsTools, "runs tools", "Tool calls run in order, each for at most ToolTimeout, and none is started once the context is done. If a tool fails, its result has the error, and the agent's response is kept."},
	{TouchesNoInput, "touches no input", "Agents, history and input are not modified, and agents cannot change each other's history."},
	{PassesContext, "passes the context on", "The values, the deadline and the end of the caller's context reach every agent. The cause of a cancellation reaches the agents as far as package context carries it."},
	{Joins, "joins", "Nothing of the call runs any more when it returns, if all its agents honour their context."},
	{EndsWithConsumer, "ends with its consumer", "Once the consumer leaves a stream (breaks off, closes it, cancels or panics), the context of every agent is done, and every goroutine ends within Grace but those of agents that ignore their context. A consumer that only stops reading holds the agents until its context is done, and nothing after that."},
	{DeliversInOrder, "delivers in order, once", "The events of an agent arrive in the order in which it emitted them, and none twice. A consumer that stays receives all that were emitted before the agent's end, then one end, done or error, and nothing more of this agent. A consumer that left or whose context is done receives one end at most."},
	{BoundsBuffer, "bounds what it buffers", "A slow consumer slows its agents down: at most Bounds.Buffer events wait for it, beside one in the hands of each agent."},
}

// String is the clause's number and title, as in "clause 3 (partial success)".
func (c Clause) String() string {
	for _, k := range Clauses {
		if k.Clause == c {
			return fmt.Sprintf("clause %d (%s)", int(c), k.Title)
		}
	}
	return fmt.Sprintf("clause %d (unknown)", int(c))
}
