package executor

import "fmt"

// Clause is one promise of the contract, by its number in Clauses. Zero is no clause.
type Clause int

// The clauses, by the numbers that failures print.
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
)

// Clauses lists the whole contract in order.
var Clauses = []struct {
	Clause Clause
	Title  string
	// Text is the promise in one sentence.
	Text string
}{
	{ReturnsInTime, "returns in time", "The call returns by the caller's cancellation or deadline, or AgentTimeout x ceil(agents/Limit), plus Grace, whatever the agents do. (CPU-bound agents can starve a small machine for seconds: that is the scheduler, not the executor.)"},
	{LosesNothing, "loses nothing", "Every agent that finished in time is in the map, under its agent's ID, whole; a late finisher never touches what was returned."},
	{PartialSuccess, "partial success", "With at least one result: the results and a nil error. With none: an error that starts with the first failure and satisfies errors.Is for every cause. FailFast and CollectErrors as documented."},
	{Cancels, "cancels", "Agents still running when the call returns have a done context; nothing is started after cancellation."},
	{LeavesNothing, "leaves nothing", "Zero goroutines, descriptors and retained heap once the agents honour their context."},
	{BoundsStuck, "bounds what cannot be stopped", "Calls that outlive AgentTimeout + Grace are abandoned and counted; per agent at most MaxStuck + calls in flight + 1 + log2(1 + t/Backoff) are left."},
	{Survives, "survives", "A panic, a Goexit, a nil response, a nil agent, an empty or a duplicate ID is that agent's clear error and costs no other agent its result."},
	{RespectsLimit, "respects Limit", "At most Limit agents run at a time; waiting for a slot obeys cancellation; a queued agent's time starts when it starts."},
	{RunsTools, "runs tools", "Tool calls run in order, within their time, checked against the context between calls; a failed tool leaves the response, with the error in its result."},
	{TouchesNoInput, "touches no input", "Agents, history and input are neither modified nor aliased into concurrent writes."},
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
