package reports

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/scenarios"
)

// fault is what a machine is told of the candidate: a clause that it breaks, or
// that could not be judged, at one place, with all scenarios that show it.
type fault struct {
	clause executor.Clause
	status scenarios.Status
	// at is the place to look at; created where the goroutines left behind were
	// created, where there are any and that is another place.
	at, created site
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

// site is a line of source. Inside says that file is relative to the
// repository, so that a reader elsewhere has it too.
type site struct {
	file   string
	line   int
	inside bool
}

// faults are those of the After executor: broken clauses before unknown ones,
// by clause and place. What other executors leave is their affair.
func faults(r *Report) []*fault {
	c := &faultBook{report: r, source: r.source(r.After), byKey: map[faultKey]*fault{}}
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
			strings.Compare(a.at.file, b.at.file), cmp.Compare(a.at.line, b.at.line))
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
	at       site
	created  site
	function string
	class    leak.Class
}

type faultBook struct {
	report *Report
	source site
	byKey  map[faultKey]*fault
	all    []*fault
}

// book enters a clause: once for each creation site where it is about
// goroutines, once at the executor's source otherwise.
func (b *faultBook) book(cell Cell, k scenarios.ClauseResult) {
	found := leftBehind(cell, k)
	for _, f := range found {
		created := b.report.site(f.File, f.Line)
		at, other := created, site{}
		switch runs := b.report.site(f.RunsFile, f.RunsLine); {
		case created.inside && !scenarios.IsHarness(f):
		case runs.inside && !scenarios.IsHarness(f):
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

func (b *faultBook) add(cell Cell, k scenarios.ClauseResult, f fault) {
	key := faultKey{k.Clause, k.Status, f.at, f.created, f.function, f.class}
	name := rowName(cell.Observation.Scenario, cell.Observation.Race)
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
func leftBehind(cell Cell, k scenarios.ClauseResult) []leak.Finding {
	if k.Status != scenarios.Fail || k.Clause != executor.LeavesNothing && k.Clause != executor.BoundsStuck {
		return nil
	}
	look := cell.Observation.Left
	if k.Clause == executor.LeavesNothing && len(cell.Observation.Released.Leak.Findings) > 0 {
		look = cell.Observation.Released
	}
	var found []leak.Finding
	for _, f := range look.Leak.Findings {
		if !scenarios.StartedByAgent(cell.Observation, f) {
			found = append(found, f)
		}
	}
	return found
}

// source is where an executor is made.
func (r *Report) source(name string) site {
	for _, x := range r.Executors {
		if x.Name == name {
			return r.site(x.File, x.Line)
		}
	}
	return site{}
}

// site names a source file as it stands in the repository, where it does.
func (r *Report) site(file string, line int) site {
	e := r.Environment
	file = strings.ReplaceAll(file, `\`, "/")
	root := strings.TrimSuffix(strings.ReplaceAll(e.Root, `\`, "/"), "/")
	line = max(line, 0)
	if rest, ok := strings.CutPrefix(file, root+"/"); ok && root != "" {
		return site{rest, line, true}
	}
	if rest, ok := strings.CutPrefix(file, e.Module+"/"); ok && e.Module != "" {
		return site{strings.TrimPrefix(e.ModuleDir+"/"+rest, "/"), line, true}
	}
	return site{file, line, false}
}

// String is the place as an editor opens it.
func (s site) String() string {
	if s.file == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d", s.file, s.line)
}

// text is the fault in one sentence.
func (f *fault) text(candidate string) string {
	const most = 5
	where := strings.Join(shortAll(f.scenarios[:min(most, len(f.scenarios))]), ", ")
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
	if t := title(f.clause); t != "" {
		clause += " (" + t + ")"
	}
	text := fmt.Sprintf("%s %s %s in %s: got %s", short(candidate), verb, clause, where, shorten(clean(f.got), mostSentence))
	if f.want != "" {
		text += ", want " + shorten(clean(f.want), mostSentence)
	}
	if f.count > 0 {
		text += fmt.Sprintf("; %s left behind, %s", plural(f.count, "goroutine"), clean(string(f.class)))
		if f.function != "" {
			text += ", created by " + shorten(clean(f.function), 2*mostName)
		}
		if at := f.created.String(); at != "" {
			text += " at " + shorten(clean(at), 2*mostName)
		}
	}
	return text
}

// mostSentence is how much of a clause's got and want is told to a machine.
const mostSentence = 600
