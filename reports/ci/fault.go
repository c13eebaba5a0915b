package ci

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/reports/internal/plaintext"
	"github.com/watertight-go/watertight/reports/internal/source"
	"github.com/watertight-go/watertight/reports/internal/view"
	"github.com/watertight-go/watertight/scenarios"
)

// fault is what a machine is told of the candidate: a clause that it breaks, or
// that could not be judged, at one place, with all scenarios that show it.
type fault struct {
	clause executor.Clause
	status scenarios.Status
	// at is the place to look at; created where the goroutines left behind were
	// created, where there are any and that is another place.
	at, created source.Site
	// function has the go statement; class and count tell of the goroutines,
	// stack is that of one of them.
	function string
	class    leak.Class
	count    int
	stack    string
	// scenarios show it; got and want are those of the first.
	scenarios []string
	got, want string
}

// faults are those of the After executor: broken clauses before unknown ones,
// by clause and place. What other executors leave is their affair.
func faults(r *reports.Report) []*fault {
	c := &faultBook{report: r, source: source.ExecutorMadeAt(r, r.After), byKey: map[faultKey]*fault{}}
	for _, cell := range r.Cells {
		if cell.Observation.Executor != r.After {
			continue
		}
		if len(cell.Verdict.Clauses) == 0 {
			c.add(cell, scenarios.ClauseResult{Status: scenarios.Unknown, Reason: "no clause was judged"}, fault{at: c.source})
		}
		for _, k := range cell.Verdict.Clauses {
			if k.Status == scenarios.Fail || k.Status == scenarios.Unknown {
				c.book(cell, k)
			}
		}
	}
	slices.SortStableFunc(c.all, func(a, b *fault) int {
		return cmp.Or(cmp.Compare(b.severity(), a.severity()), cmp.Compare(a.clause, b.clause),
			strings.Compare(a.at.File, b.at.File), cmp.Compare(a.at.Line, b.at.Line))
	})
	return c.all
}

func (f *fault) severity() int {
	if f.status == scenarios.Fail {
		return 1
	}
	return 0
}

// faultKey tells faults apart.
type faultKey struct {
	clause   executor.Clause
	status   scenarios.Status
	at       source.Site
	created  source.Site
	function string
	class    leak.Class
}

type faultBook struct {
	report *reports.Report
	source source.Site
	byKey  map[faultKey]*fault
	all    []*fault
}

// book enters a clause: once for each creation site where it is about
// goroutines, once at the executor's source otherwise.
func (b *faultBook) book(cell scenarios.Cell, k scenarios.ClauseResult) {
	found := leftBehind(cell, k)
	for _, f := range found {
		created := source.Locate(b.report, f.File, f.Line)
		at, other := created, source.Site{}
		switch runs := source.Locate(b.report, f.RunsFile, f.RunsLine); {
		case created.Inside && !cell.Observation.IsCaller(f):
		case runs.Inside && !cell.Observation.IsCaller(f):
			// A library has the go statement, as errgroup does; what it was given
			// to run is the reader's own.
			at, other = runs, created
		default:
			at, other = b.source, created
		}
		b.add(cell, k, fault{at: at, created: other, function: f.CreatedBy, class: f.Class, count: f.Count, stack: f.Stack})
	}
	if len(found) == 0 {
		b.add(cell, k, fault{at: b.source})
	}
}

func (b *faultBook) add(cell scenarios.Cell, k scenarios.ClauseResult, f fault) {
	key := faultKey{k.Clause, k.Status, f.at, f.created, f.function, f.class}
	name := view.CellName(cell.Observation.Scenario, cell.Observation.Race)
	known := b.byKey[key]
	if known == nil {
		f.clause, f.status, f.got, f.want = k.Clause, k.Status, cmp.Or(k.Got, k.Reason), k.Want
		if k.Status == scenarios.Unknown {
			f.got = cmp.Or(k.Reason, k.Got)
		}
		f.scenarios = []string{name}
		b.byKey[key] = &f
		b.all = append(b.all, &f)
		return
	}
	known.count += f.count
	if !slices.Contains(known.scenarios, name) {
		known.scenarios = append(known.scenarios, name)
	}
}

// leftBehind are the goroutines that a broken clause is about.
func leftBehind(cell scenarios.Cell, k scenarios.ClauseResult) []leak.Finding {
	if k.Status != scenarios.Fail || k.Clause != executor.LeavesNothing && k.Clause != executor.BoundsStuck {
		return nil
	}
	look := cell.Observation.Left
	if k.Clause == executor.LeavesNothing && len(cell.Observation.Released.Leak.Findings) > 0 {
		look = cell.Observation.Released
	}
	var found []leak.Finding
	for _, f := range look.Leak.Findings {
		if !cell.Observation.StartedByAgent(f) {
			found = append(found, f)
		}
	}
	return found
}

// text is the fault in one sentence.
func (f *fault) text(candidate string) string {
	const most = 5
	where := strings.Join(plaintext.Names(f.scenarios[:min(most, len(f.scenarios))]), ", ")
	if more := len(f.scenarios) - most; more > 0 {
		where += fmt.Sprintf(" and %d more", more)
	}
	verb := "breaks"
	if f.status == scenarios.Unknown {
		verb = "could not be judged by"
	}
	clause := fmt.Sprintf("clause %d", f.clause)
	if f.clause == 0 {
		clause = "any clause"
	}
	if t := view.ClauseTitle(f.clause); t != "" {
		clause += " (" + t + ")"
	}
	text := fmt.Sprintf("%s %s %s in %s: got %s", plaintext.Name(candidate), verb, clause, where, plaintext.Limit(f.got, plaintext.MostSentence))
	if f.want != "" {
		text += ", want " + plaintext.Limit(f.want, plaintext.MostSentence)
	}
	if f.count > 0 {
		text += fmt.Sprintf("; %s left behind, %s", plural.Count(f.count, "goroutine"), plaintext.Clean(string(f.class)))
		if f.function != "" {
			text += ", created by " + plaintext.Limit(f.function, 2*plaintext.MostName)
		}
		if at := f.created.String(); at != "" {
			text += " at " + plaintext.Limit(at, 2*plaintext.MostName)
		}
	}
	return text
}
