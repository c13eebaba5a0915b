package selftest

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/mutants"
	"github.com/watertight-go/watertight/internal/nearest"
	"github.com/watertight-go/watertight/scenarios"
)

// The exit codes: all as expected; a mutant survived or an innocent was accused;
// the test could not be run.
const (
	exitOK      = 0
	exitFailed  = 1
	exitTrouble = 2
)

// flags are those of both commands.
type flags struct {
	Runs     int      `help:"How often. Default: 20." default:"20" placeholder:"N"`
	Only     []string `help:"Only these, by name, comma separated." placeholder:"A,B"`
	Parallel int      `help:"Child processes at a time. Default: one for each processor." placeholder:"N"`
}

// mutantFlags are those of the mutants' command.
type mutantFlags struct {
	flags
	RaceBinary string `help:"This program built with -race, for the mutants that are data races." placeholder:"FILE"`
	RaceNote   string `help:"Why there is none." placeholder:"TEXT"`
}

// parse reads the command line into grammar, which holds f. Where ok is false, the
// command ends with the code.
func parse(grammar any, f *flags, name, description string, args []string) (code int, ok bool) {
	helped := false
	k, err := kong.New(grammar, kong.Name(name), kong.Description(description), kong.Exit(func(int) { helped = true }))
	if err == nil {
		_, err = k.Parse(args)
	}
	switch {
	case helped:
		return exitOK, false
	case err == nil && f.Runs < 1:
		err = fmt.Errorf("--runs: got %d, want at least 1", f.Runs)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		return exitTrouble, false
	}
	return exitOK, true
}

// Mutants is the command that shows what catches each mutant. In the first run the
// mutants go through the whole catalogue, which shows clauses that fail without
// reason. In the other runs they go through the scenarios that must catch them.
func Mutants(args []string, all []mutants.Mutant) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var specs []executor.Spec
	for _, m := range all {
		specs = append(specs, m.Spec())
	}
	Child(specs)
	var f mutantFlags
	if code, ok := parse(&f, &f.flags, "mutants", "Put executors with one defect each through the catalogue, and show what caught them.", args); !ok {
		return code
	}
	some, err := chosen(all, f.Only, func(m mutants.Mutant) string { return m.Name })
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutants: --only:", err)
		return exitTrouble
	}
	trial := &mutantTrial{mutantFlags: f, specs: specs, mutants: some}
	if err := trial.run(ctx, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return exitTrouble
	}
	return trial.print(os.Stdout)
}

// chosen are those with one of the names. No names choose all. A name that none of them
// has is an error.
func chosen[T any](all []T, names []string, name func(T) string) ([]T, error) {
	if len(names) == 0 {
		return all, nil
	}
	var known []string
	for _, t := range all {
		known = append(known, name(t))
	}
	for _, n := range names {
		if !slices.Contains(known, n) {
			return nil, nearest.Unknown("executor", n, known, "without --only all are run")
		}
	}
	return slices.DeleteFunc(slices.Clone(all), func(t T) bool { return !slices.Contains(names, name(t)) }), nil
}

// mutantTrial is one call of the command.
type mutantTrial struct {
	mutantFlags
	specs   []executor.Spec
	mutants []mutants.Mutant
	counts  []mutantCounts
}

// mutantCounts is what became of one mutant in all runs.
type mutantCounts struct {
	// killed is in how many runs it was caught as expected.
	killed int
	// found are the failures of the first run.
	found     []Finding
	survived  []string
	unrelated []Finding
}

func (t *mutantTrial) run(ctx context.Context, progress io.Writer) error {
	t.counts = make([]mutantCounts, len(t.mutants))
	for run := range t.Runs {
		fmt.Fprintf(progress, "run %d of %d\n", run+1, t.Runs)
		plain, err := t.once(ctx, "", func(m mutants.Mutant) Task {
			if run > 0 {
				return TaskOf(m, nil)
			}
			return TaskOf(m, onVirtualTime(scenarios.For(m.Spec())))
		})
		if err != nil {
			return err
		}
		raced, err := t.races(ctx)
		if err != nil {
			return err
		}
		for i, m := range t.mutants {
			t.counts[i].add(Assess(m, slices.Concat(raced[i], plain[i])), t.seen(m))
		}
	}
	return nil
}

// seen says that this program can catch the mutant. A data race may need one that
// was built with -race.
func (t *mutantTrial) seen(m mutants.Mutant) bool {
	return m.Caught != (mutants.Catch{}) || t.RaceBinary != ""
}

// once puts the mutants through their tasks.
func (t *mutantTrial) once(ctx context.Context, program string, task func(mutants.Mutant) Task) ([][]scenarios.Cell, error) {
	var tasks []Task
	for _, m := range t.mutants {
		tasks = append(tasks, task(m))
	}
	r := Runner{Executors: t.specs, Program: program, Race: program != "" || raceEnabled, Parallel: t.Parallel}
	return r.Run(ctx, tasks)
}

// races puts the mutants that are data races through the scenario that shows them,
// in the program built with -race.
func (t *mutantTrial) races(ctx context.Context) ([][]scenarios.Cell, error) {
	if t.RaceBinary == "" {
		return make([][]scenarios.Cell, len(t.mutants)), nil
	}
	return t.once(ctx, t.RaceBinary, func(m mutants.Mutant) Task {
		if m.Raced == "" {
			return Task{Executor: m.Name}
		}
		return Task{Executor: m.Name, Scenarios: []string{m.Raced}}
	})
}

func (t *mutantCounts) add(a Assessment, seen bool) {
	if seen && len(a.Survived) == 0 {
		t.killed++
	}
	t.survived = append(t.survived, a.Survived...)
	t.unrelated = append(t.unrelated, a.Unrelated...)
	if t.found == nil {
		t.found = a.Found
	}
}

// onVirtualTime leaves out the scenarios that need the machine's clock, where a
// slow machine may fail a clause that has nothing to do with the defect.
func onVirtualTime(all []scenarios.Scenario) []scenarios.Scenario {
	return slices.DeleteFunc(slices.Clone(all), func(s scenarios.Scenario) bool { return s.RealTime != "" })
}

// clauses lists the clauses of findings with the number of scenarios, as in
// "1 in 12, 6 in 9".
func clauses(found []Finding) string {
	var parts []string
	for _, c := range executor.Clauses {
		in := map[string]bool{}
		for _, f := range found {
			if f.Clause == c.Clause {
				in[f.Scenario] = true
			}
		}
		if len(in) > 0 {
			parts = append(parts, fmt.Sprintf("%d in %d", int(c.Clause), len(in)))
		}
	}
	return strings.Join(parts, ", ")
}
