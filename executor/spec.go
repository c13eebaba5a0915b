package executor

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
	// Waivers are the breaches of the contract that the user accepts.
	Waivers []Waiver
	// New makes the executor. Its error says what is wrong with the configuration.
	New func(Config) (ParallelExecutor, error)
}

// Waiver accepts that an executor breaks a clause. The clause is then reported as
// waived, with the reason, and never as kept.
type Waiver struct {
	Clause Clause `json:"clause"`
	// Reason is required. It is printed wherever the waiver is used.
	Reason string `json:"reason"`
	// Scenarios are the names of the scenarios that the waiver is for, or
	// patterns as in path.Match. Empty means all scenarios.
	Scenarios []string `json:"scenarios,omitempty"`
}
