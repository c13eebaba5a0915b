package executor

// Spec describes one executor of the registry.
type Spec struct {
	// Name is the executor's name in commands and reports.
	Name string
	// Doc says in one line how it works.
	Doc string
	// Lacks are clauses about capabilities that the executor does not have and
	// does not claim; they are reported as not applicable.
	Lacks []Clause
	// Positional says that the executor tells its tasks apart by their place, so
	// that there are no IDs and no nil agents to be wrong: scenarios about them
	// are reported as not applicable.
	Positional bool
	// Policy is the one policy that the executor has, whatever its Config says:
	// every scenario is judged by it. Empty: it heeds Config.Policy.
	Policy Policy
	// Waivers are breaches of the contract that are accepted.
	Waivers []Waiver
	// New builds the executor, or says what is wrong with the configuration.
	New func(Config) (ParallelExecutor, error)
}

// Waiver accepts that an executor breaks a clause. What is waived is reported
// as waived, with the reason, and never as kept.
type Waiver struct {
	Clause Clause `json:"clause"`
	// Reason is printed wherever the waiver is used. Required.
	Reason string `json:"reason"`
	// Scenarios are those that it is for, by name or glob as in path.Match.
	// Empty means all.
	Scenarios []string `json:"scenarios,omitempty"`
}
