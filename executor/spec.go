package executor

import "time"

// Spec describes an executor that can be tested and compared.
type Spec struct {
	// Name is the executor's name in commands and reports.
	Name string
	// Doc says in one line how the executor works.
	Doc string
	// Lacks are the clauses about features that the executor does not have and
	// does not claim to have. They are reported as not applicable.
	Lacks []Clause
	// Positional says that the executor identifies its tasks by their index. So
	// it cannot get a wrong ID or a nil agent: scenarios about these are reported
	// as not applicable.
	Positional bool
	// Policy is the policy of an executor that has one and ignores Config.Policy.
	// All scenarios are judged by it. Empty means that the executor obeys Config.Policy.
	Policy Policy
	// Bounds are bounds that the executor has of its own, whatever the Config says.
	// All scenarios are judged by them.
	Bounds Bounds
	// Waivers are the breaches of the contract that the user accepts.
	Waivers []Waiver
	// New makes the executor. Its error says what is wrong with the configuration. Nil:
	// it has streams only.
	New func(Config) (ParallelExecutor, error)
	// NewStream makes the executor of streams. Nil: it has none.
	NewStream func(Config) (StreamExecutor, error)
}

// Unclaimed are the numbers of the clauses that the executor does not claim: those of
// Lacks, but not RespectsLimit where Bounds declares a limit.
func (s Spec) Unclaimed() (clauses []int) {
	for _, c := range s.Lacks {
		if c != RespectsLimit || s.Bounds.Limit == 0 {
			clauses = append(clauses, int(c))
		}
	}
	return clauses
}

// Bounds are bounds of an executor that Config cannot set. A field that is zero means
// that the executor obeys the field of Config with the same name.
type Bounds struct {
	// Limit is how many agents of one call run at the same time.
	Limit int `json:"limit,omitempty"`
	// AgentTimeout is the time that each agent gets.
	AgentTimeout time.Duration `json:"agentTimeoutNs,omitempty"`
	// Grace is how long the call waits for agents whose context is done.
	Grace time.Duration `json:"graceNs,omitempty"`
	// Buffer is how many events of a stream wait for a slow consumer at most, beside one
	// in the hands of each agent. Zero means DefaultBuffer: Config has no such field.
	Buffer int `json:"buffer,omitempty"`
}

// DefaultBuffer is how many events of a stream may wait where Bounds.Buffer is zero.
const DefaultBuffer = 1024

// Breach says which failures of a clause a Waiver accepts.
type Breach string

const (
	// AnyBreach is every failure of the clause.
	AnyBreach Breach = ""
	// ByWaiting is a call that returned too late, or not at all, because it waited
	// for an agent that ignores its context.
	ByWaiting Breach = "waiting"
	// ByPanic is a process or a call that an agent's panic or Goexit ended.
	ByPanic Breach = "panic"
)

// Waiver accepts that an executor breaks a clause. The clause is then reported as
// waived, with the reason, and never as kept.
type Waiver struct {
	Clause Clause `json:"clause"`
	// Breach limits the waiver to failures of one kind. Empty means all.
	Breach Breach `json:"breach,omitempty"`
	// Reason is required. It is printed wherever the waiver is used.
	Reason string `json:"reason"`
	// Scenarios are the names of the scenarios that the waiver is for, or
	// patterns as in path.Match. Empty means all scenarios.
	Scenarios []string `json:"scenarios,omitempty"`
}
