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

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/judge"
)

// Innocent is a correct executor: no clause may fail that it has no waiver for.
type Innocent struct {
	executor.Spec
	// Waivers are the clauses that the library below it does not allow it to keep, in
	// any scenario, with the reason. If one of them fails, that is no false alarm.
	Waivers []executor.Waiver
	// Peer marks an executor that is written as its library's documentation shows.
	// It stands in the table and need not be correct.
	Peer bool
}

// Innocents is the command that puts correct executors through the whole catalogue
// and shows which clauses failed. Peers are shown beside them. The table is
// Markdown.
func Innocents(args []string, all []Innocent) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var specs []executor.Spec
	for _, i := range all {
		specs = append(specs, i.Spec)
	}
	Child(specs)
	var f flags
	if code, ok := parse(&f, &f, "innocents", "Put correct executors through the catalogue, and show what they are accused of.", args); !ok {
		return code
	}
	some, err := chosen(all, f.Only, func(i Innocent) string { return i.Name })
	if err != nil {
		fmt.Fprintln(os.Stderr, "innocents: --only:", err)
		return exitTrouble
	}
	trial := &innocentTrial{flags: f, specs: specs, all: some}
	if err := trial.run(ctx, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return exitTrouble
	}
	return trial.print(os.Stdout)
}

type innocentTrial struct {
	flags
	specs  []executor.Spec
	all    []Innocent
	counts []innocentCounts
}

// innocentCounts is what became of one executor in all runs.
type innocentCounts struct {
	clean, cells   int
	found, accused []Finding
	doubts         []string
}

func (t *innocentTrial) run(ctx context.Context, progress io.Writer) error {
	t.counts = make([]innocentCounts, len(t.all))
	for run := range t.Runs {
		fmt.Fprintf(progress, "run %d of %d\n", run+1, t.Runs)
		var tasks []Task
		for _, i := range t.all {
			task := Task{Executor: i.Name}
			if run == 0 || !i.Peer {
				task.Scenarios = names(Catalogue(i.Spec))
			}
			tasks = append(tasks, task)
		}
		cells, err := Runner{Executors: t.specs, Race: raceEnabled, Parallel: t.Parallel}.Run(ctx, tasks)
		if err != nil {
			return err
		}
		for i, one := range t.all {
			t.counts[i].add(Accusations(one, cells[i]), cells[i])
		}
	}
	return nil
}

// Catalogue is what applies to an executor, without the scenarios on a wire: they depend
// on the client as much as on the executor. The command stress runs those.
func Catalogue(spec executor.Spec) []scenarios.Scenario {
	return slices.DeleteFunc(scenarios.For(spec), scenarios.Scenario.OnWire)
}

func names(all []scenarios.Scenario) (out []string) {
	for _, s := range all {
		out = append(out, s.Name)
	}
	return out
}

// Accusations are the failed clauses that an executor has no waiver for. The waivers of
// its Spec cover what they cover for users.
func Accusations(i Innocent, cells []scenarios.Cell) []Finding {
	waived := slices.Clone(cells)
	for k := range waived {
		waived[k].Verdict = judge.Waive(waived[k].Verdict, i.Spec.Waivers...)
	}
	return slices.DeleteFunc(Findings(waived), func(f Finding) bool {
		return slices.ContainsFunc(i.Waivers, func(w executor.Waiver) bool { return w.Clause == f.Clause && w.Reason != "" })
	})
}

func (t *innocentCounts) add(accused []Finding, cells []scenarios.Cell) {
	if len(accused) == 0 {
		t.clean++
	}
	t.cells += len(cells)
	t.accused = append(t.accused, accused...)
	t.found = append(t.found, Findings(cells)...)
	t.doubts = append(t.doubts, Doubts(cells)...)
}

// print writes the table of executors and clauses, and the accusations.
func (t *innocentTrial) print(w io.Writer) int {
	rows := table.NewWriter()
	header := table.Row{"executor", "built on"}
	for _, c := range executor.Clauses {
		header = append(header, fmt.Sprintf("%d %s", int(c.Clause), c.Title))
	}
	rows.AppendHeader(append(header, "runs clean"))
	for i, one := range t.all {
		row := table.Row{one.Name, one.Doc}
		for _, c := range executor.Clauses {
			row = append(row, t.counts[i].of(one, c.Clause))
		}
		runs := fmt.Sprintf("%d of %d", t.counts[i].clean, t.Runs)
		if one.Peer {
			runs = "measured once"
		}
		rows.AppendRow(append(row, runs))
	}
	fmt.Fprintln(w, rows.RenderMarkdown())
	fmt.Fprintln(w)
	return t.sum(w)
}

// of is the cell of the table for one clause, over all runs.
func (t innocentCounts) of(i Innocent, c executor.Clause) string {
	found, accused := scenariosOf(t.found, c), scenariosOf(t.accused, c)
	switch {
	case slices.Contains(i.Lacks, c):
		return "n/a"
	case accused > 0:
		return fmt.Sprintf("✗ (%d)", accused)
	case found > 0:
		return fmt.Sprintf("waived (%d)", found)
	}
	return "ok"
}

// scenariosOf is in how many scenarios a clause failed.
func scenariosOf(found []Finding, c executor.Clause) int {
	in := map[string]bool{}
	for _, f := range found {
		if f.Clause == c {
			in[f.Scenario] = true
		}
	}
	return len(in)
}

// waived are what is accepted of an executor, and why.
func (i Innocent) waived() (lines []string) {
	for _, w := range i.Waivers {
		lines = append(lines, fmt.Sprintf("%v: %s", w.Clause, w.Reason))
	}
	for _, w := range i.Spec.Waivers { // several clauses for one reason
		if !slices.Contains(lines, w.Reason) {
			lines = append(lines, w.Reason)
		}
	}
	return lines
}

// sum says how many innocents were accused, and by which clauses.
func (t *innocentTrial) sum(w io.Writer) int {
	code, accused, innocents, cells := exitOK, 0, 0, 0
	for i, one := range t.all {
		for _, line := range one.waived() {
			fmt.Fprintf(w, "waived for %s: %s\n", one.Name, line)
		}
		if one.Peer {
			continue
		}
		innocents++
		cells += t.counts[i].cells
		if len(t.counts[i].accused) > 0 {
			accused++
			code = exitFailed
		}
		var lines []string
		for _, f := range t.counts[i].accused {
			lines = append(lines, "accused: "+one.Name+": "+f.String())
		}
		for _, d := range t.counts[i].doubts {
			lines = append(lines, "not judged: "+one.Name+": "+d)
		}
		if len(lines) > 0 {
			fmt.Fprintln(w, strings.Join(compactText(lines), "\n"))
		}
	}
	fmt.Fprintf(w, "%d of %d innocents accused, in %d runs of the whole catalogue (%d cells).\n", accused, innocents, t.Runs, cells)
	return code
}
