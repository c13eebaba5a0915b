package scenariotest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/scenarios"
)

// failure is something that went wrong in one cell, with all clauses that it breaks.
type failure struct {
	// results are the clauses, the most telling first.
	results []scenarios.ClauseResult
	// stack shows where it went wrong, under heading; both are empty where no stack does.
	heading, stack string
	// place tells it from other failures with the same text: where in the code it went
	// wrong. Empty means that the text is all that is known.
	place string
}

// failures are those of a cell. A cell in which no clause is broken has what could not
// be judged instead.
func failures(cell scenarios.Cell) []failure {
	broken := withStatus(cell.Verdict, scenarios.Fail)
	switch {
	case len(broken) == 0:
		return unjudged(cell.Verdict)
	case cell.Observation.Crash.Died():
		return []failure{crashed(cell.Observation.Crash, broken)}
	}
	var all []failure
	for _, group := range groups(cell.Observation, broken) {
		all = append(all, group.split(cell.Observation)...)
	}
	return all
}

func withStatus(v scenarios.Verdict, status scenarios.Status) (some []scenarios.ClauseResult) {
	for _, c := range v.Clauses {
		if c.Status == status {
			some = append(some, c)
		}
	}
	return some
}

// unjudged are the unknown clauses of a verdict, a failure for each reason.
func unjudged(v scenarios.Verdict) (all []failure) {
	for _, c := range withStatus(v, scenarios.Unknown) {
		i := slices.IndexFunc(all, func(f failure) bool { return f.results[0].Reason == c.Reason })
		if i < 0 {
			all = append(all, failure{})
			i = len(all) - 1
		}
		all[i].results = append(all[i].results, c)
	}
	return all
}

// crashed is the death of the process. Clause 7 is about it, and comes first.
func crashed(crash *scenarios.Crash, broken []scenarios.ClauseResult) failure {
	firstWhere(broken, func(c scenarios.ClauseResult) bool { return c.Clause == executor.Survives })
	f := failure{results: broken, heading: "the process wrote", stack: strings.TrimSpace(crash.Stacks)}
	frames := framesOf(crash.Stacks)
	frames = slices.DeleteFunc(frames, isStandard)
	if len(frames) > 0 {
		f.place = fmt.Sprintf("%s %s:%s %v", crash.Kind, frames[0].file, frames[0].line, usersFrame(frames))
	}
	return f
}

// group are the broken clauses of a cell about one subject, which have one cause.
type group struct {
	// subject is waiting, panicked, lost or the clause.
	subject string
	results []scenarios.ClauseResult
}

// groups puts broken clauses together that are about one subject.
func groups(o scenarios.Observation, broken []scenarios.ClauseResult) (all []group) {
	for _, c := range broken {
		s := subjectOf(o, c)
		i := slices.IndexFunc(all, func(g group) bool { return g.subject == s })
		if i < 0 {
			all = append(all, group{subject: s})
			i = len(all) - 1
		}
		all[i].results = append(all[i].results, c)
	}
	for _, g := range all {
		if g.subject == panicked {
			firstWhere(g.results, func(c scenarios.ClauseResult) bool { return strings.Contains(c.Got, panicked) })
		}
	}
	return all
}

// firstWhere puts the results that tell most in front.
func firstWhere(all []scenarios.ClauseResult, tells func(scenarios.ClauseResult) bool) {
	rank := func(c scenarios.ClauseResult) int {
		if tells(c) {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(all, func(a, b scenarios.ClauseResult) int { return rank(a) - rank(b) })
}

// subjectOf says what a broken clause is about: a call that never returned, one that
// panicked, or what a call returned; else it stands alone.
func subjectOf(o scenarios.Observation, c scenarios.ClauseResult) string {
	call, found := callOf(o, c)
	aboutCalls := c.Clause == executor.ReturnsInTime || c.Clause == executor.BoundsStuck ||
		c.Clause == executor.LeavesNothing && len(leftByExecutor(o)) == 0
	aboutResults := slices.Contains([]executor.Clause{executor.LosesNothing, executor.PartialSuccess, executor.Survives}, c.Clause) ||
		strings.Contains(c.Got, "no result")
	switch {
	case found && !call.Returned || !found && aboutCalls && o.Totals.Blocked > 0:
		return waiting
	case found && call.Panic != "":
		return panicked
	case found && aboutResults:
		return lost
	case c.Clause == executor.EndsWithConsumer && saysLeft.MatchString(c.Got) && len(leftByExecutor(o)) > 0:
		return executor.LeavesNothing.String() // of which it is the reason
	}
	return c.Clause.String()
}

// saysLeft are texts of clause 13 about what clause 5 finds when all is over.
var saysLeft = regexp.MustCompile(`goroutines? left |still ran when the consumer had left`)

// What a subject may be, beside a clause.
const (
	waiting  = "waiting"
	panicked = "panicked"
	lost     = "lost"
)

// callOf is the call that a broken clause names.
func callOf(o scenarios.Observation, c scenarios.ClauseResult) (scenarios.Call, bool) {
	var n int
	if _, err := fmt.Sscanf(c.Got, "request %d", &n); err != nil {
		return scenarios.Call{}, false
	}
	i := slices.IndexFunc(o.Calls, func(call scenarios.Call) bool { return call.Index == n })
	if i < 0 {
		return scenarios.Call{}, false
	}
	return o.Calls[i], true
}

// split takes a group apart where stacks show several places: each is a failure.
func (g group) split(o scenarios.Observation) []failure {
	var all []failure
	first := g.results[0].Clause
	switch {
	case g.subject == waiting:
		all = atFindings(slices.DeleteFunc(slices.Clone(o.Left.Leak.Findings), func(f leak.Finding) bool {
			return !o.IsCaller(f) && f.CreatedBy != ""
		}))
		all = all[:min(1, len(all))]
		for i := range all {
			all[i].heading = "a caller that is still waiting"
			all[i].place = waitingAt + all[i].place
		}
	case first == executor.LeavesNothing:
		all = atFindings(notOfAgents(leftByExecutor(o)))
	case first == executor.BoundsStuck || first == executor.EndsWithConsumer && g.subject == executor.LeavesNothing.String():
		all = atFindings(leftByExecutor(o))
	case first == executor.TouchesNoInput:
		for _, race := range o.Races {
			all = append(all, failure{stack: race, place: racePlace(race)})
		}
	}
	if len(all) == 0 {
		all = []failure{{}}
	}
	for i := range all {
		all[i].results = g.results
	}
	return all
}

// leftByExecutor are the goroutines that are left and that no agent's code started,
// but for callers that are still waiting.
func leftByExecutor(o scenarios.Observation) (some []leak.Finding) {
	for _, f := range slices.Concat(o.Released.Leak.Findings, o.Left.Leak.Findings) {
		if !o.StartedByAgent(f) && !o.IsCaller(f) {
			some = append(some, f)
		}
	}
	return some
}

// notOfAgents drops the goroutines that wait in an agent's own code, unless all do.
func notOfAgents(findings []leak.Finding) []leak.Finding {
	others := slices.DeleteFunc(slices.Clone(findings), func(f leak.Finding) bool {
		frames := slices.DeleteFunc(framesOf(f.Stack), isStandard)
		return len(frames) > 0 && strings.HasPrefix(frames[0].function, harness+"mocks.")
	})
	if len(others) == 0 {
		return findings
	}
	return others
}

// atFindings is a failure for each place in which goroutines are left.
func atFindings(findings []leak.Finding) (all []failure) {
	for _, found := range findings {
		f := failure{heading: "left behind when the last call was over", stack: foundText(found)}
		f.place = fmt.Sprintf("%s:%d %v", found.File, found.Line, usersFrame(framesOf(found.Stack)))
		if !slices.ContainsFunc(all, func(o failure) bool { return o.place == f.place }) {
			all = append(all, f)
		}
	}
	return all
}

// foundText is a group of goroutines with its stack.
func foundText(f leak.Finding) string {
	text := fmt.Sprintf("%d x %s (%s)", f.Count, f.State, f.Class)
	if f.CreatedBy != "" {
		text += fmt.Sprintf(", created by %s\n    %s:%d", f.CreatedBy, f.File, f.Line)
	}
	return text + "\n" + strings.TrimRight(f.Stack, "\n")
}

// racePlace are the two places of a report of the race detector.
func racePlace(race string) string {
	var places []string
	for part := range strings.SplitSeq(race, "\n\n") {
		if len(places) < 2 {
			places = append(places, usersFrame(framesOf(part)).String())
		}
	}
	slices.Sort(places)
	return strings.Join(places, " and ")
}
