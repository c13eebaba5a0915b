package executor

import "fmt"

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

// Registry lists the five executors that are compared, "before" first, "after" last.
func Registry() []Spec {
	noLimit := []Clause{RespectsLimit}
	return []Spec{
		{Name: "waitgroup", Doc: "the original: one goroutine per agent, a WaitGroup, buffered channels", Lacks: noLimit, New: NewWaitGroup},
		{Name: "contextcheck", Doc: "option 1: the original with context checks added", Lacks: noLimit, New: NewContextCheck},
		{Name: "detached", Doc: "option 2: one more goroutine per agent and a select on its timeout", Lacks: noLimit, New: NewDetached},
		{Name: "errgroup", Doc: "option 3, the proposed fix: errgroup.WithContext, errors returned from g.Go", Lacks: noLimit, New: NewErrGroup},
		{Name: "reference", Doc: "the executor that keeps the whole contract", New: func(c Config) (ParallelExecutor, error) { return New(c) }},
	}
}

// Lookup finds an executor of the registry by name.
func Lookup(name string) (Spec, error) {
	var names []string
	for _, s := range Registry() {
		if s.Name == name {
			return s, nil
		}
		names = append(names, s.Name)
	}
	return Spec{}, fmt.Errorf("executor: got %q, want one of %q", name, names)
}
