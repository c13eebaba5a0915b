package scenariotest

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
)

// cause is what failures of several scenarios have in common.
type cause struct {
	// title is the first failure in one line.
	title string
	// at is the user's own line; empty where no stack tells it.
	at  string
	key string
	// under are the fewest conditions of one of its failures.
	under map[condition]bool
	// clauses are those that are broken, scenarios those that fail.
	clauses   map[executor.Clause]bool
	scenarios []string
	// shown are the texts that have been printed.
	shown map[string]bool
}

// condition is something that goes on in a scenario and may be why it fails.
type condition string

// causes are those that a call of Test has found so far.
type causes struct{ all []*cause }

// find returns the cause of a failure, which is a new one where none fits.
//
// Two failures have one cause if they went wrong at the same place in the code. Where
// no stack tells the place, they have one cause if they break the same clause, their
// texts differ only in numbers and names, and one of them happened under all the
// conditions of the other: a result that is lost in a quiet scenario explains one
// that is lost beside a panic. One that is lost after a cancellation does not.
func (cs *causes) find(s scenarios.Scenario, o scenarios.Observation, f failure) (c *cause, isNew bool) {
	first := f.results[0]
	key, under := fmt.Sprintf("%v %s %s", first.Status, first.Clause, f.place), map[condition]bool{}
	if f.place == "" || strings.HasPrefix(f.place, waitingAt) {
		under = conditions(s, o, first)
	}
	if f.place == "" {
		key += pattern(first.Got + first.Reason)
	}
	i := slices.IndexFunc(cs.all, func(c *cause) bool { return c.key == key && (isSubset(c.under, under) || isSubset(under, c.under)) })
	if i < 0 {
		c = &cause{title: title(first), key: key, under: under, clauses: map[executor.Clause]bool{}, shown: map[string]bool{}}
		if at := usersFrame(framesOf(f.stack)); !at.isZero() {
			c.at = at.String()
		}
		cs.all = append(cs.all, c)
		isNew = true
	} else {
		c = cs.all[i]
		if isSubset(under, c.under) {
			c.under = under
		}
	}
	for _, r := range f.results {
		c.clauses[r.Clause] = true
	}
	if !slices.Contains(c.scenarios, s.Name) {
		c.scenarios = append(c.scenarios, s.Name)
	}
	return c, isNew
}

// waitingAt begins the place of a caller that is still waiting. It may wait at one
// place for many reasons.
const waitingAt = "waiting at "

func isSubset(some, all map[condition]bool) bool {
	for c := range some {
		if !all[c] {
			return false
		}
	}
	return true
}

// show says whether the text of a clause is new, and will be printed now.
func (c *cause) show(r scenarios.ClauseResult) bool {
	text := r.Clause.String() + pattern(r.Got+r.Reason)
	was := c.shown[text]
	c.shown[text] = true
	return !was
}

// String is the cause with all that it breaks.
func (c *cause) String() string {
	text := c.title
	if c.at != "" {
		text += "\n   at " + c.at
	}
	return fmt.Sprintf("%s\n   breaks %s in %s", text, clauseNumbers(slices.Sorted(maps.Keys(c.clauses))), strings.Join(c.scenarios, ", "))
}

func clauseNumbers(clauses []executor.Clause) string {
	var all []string
	for _, c := range clauses {
		all = append(all, fmt.Sprint(int(c)))
	}
	if len(all) == 1 {
		return "clause " + all[0]
	}
	return "clauses " + strings.Join(all, ", ")
}

// longestTitle is how many characters of a text a title has at most.
const longestTitle = 200

// title is a clause that is broken, or could not be judged, in one line.
func title(r scenarios.ClauseResult) string {
	text := r.Got
	if r.Status == scenarios.Unknown {
		text = "unknown: " + r.Reason
	}
	text, _, _ = strings.Cut(text, "\n")
	if r := []rune(text); len(r) > longestTitle {
		text = string(r[:longestTitle]) + " ..."
	}
	return fmt.Sprintf("%v: %s", r.Clause, text)
}

// conditions are those of the scenario, and of the call that the clause names.
func conditions(s scenarios.Scenario, o scenarios.Observation, r scenarios.ClauseResult) map[condition]bool {
	all := map[condition]bool{}
	for c, holds := range map[condition]bool{
		"the caller cancels":        s.Caller.CancelBefore || s.Caller.CancelAfter > 0,
		"the caller has a deadline": s.Caller.Deadline > 0,
		"a foreign context":         s.Caller.Foreign,
		"unusual IDs":               s.IDs,
		"no agents":                 len(s.Agents) == 0,
		"a queue":                   s.Config.Limit > 0 && s.Config.Limit < len(s.Agents),
		"several requests":          s.Load.Total() > 1,
		"many agents":               len(s.Agents) > 100,
		"over the wire":             s.OnWire(),
	} {
		if holds {
			all[c] = true
		}
	}
	call, found := callOf(o, r)
	if !found && len(o.Calls) > 0 {
		call = o.Calls[0]
	}
	for _, a := range call.Agents {
		if c := ofAgent(a); c != "" {
			all[c] = true
		}
		if slices.ContainsFunc(a.Tools, func(t scenarios.ToolRun) bool { return !t.Ended || t.Error != "" }) {
			all["a tool fails or hangs"] = true
		}
	}
	return all
}

// ofAgent is what an agent does that may be why a call fails.
func ofAgent(a scenarios.AgentRun) condition {
	switch {
	case a.Ignores:
		return "an agent ignores its context"
	case a.Outcome == mocks.Panicked || a.Outcome == mocks.Exited:
		return "an agent panics or exits"
	case a.Outcome == mocks.Failed && strings.Contains(a.Error, mocks.ErrFault.Error()) || a.Outcome == mocks.NilReturned:
		return "an agent fails"
	case a.Started && a.Outcome != mocks.Responded:
		return "an agent hangs"
	}
	return ""
}

// variable are the parts of a text that differ from run to run and from scenario to
// scenario: numbers with their units, names of agents, quoted texts.
var variable = []struct {
	pattern *regexp.Regexp
	instead string
}{
	{regexp.MustCompile(`; (others|agents) of the call: .*`), ""},
	{regexp.MustCompile(` \(and \d+ more\)`), ""},
	{regexp.MustCompile(`"[^"]*"`), "_"},
	{regexp.MustCompile(`\bagents? (\[\d+\]|[a-z]\d*\b|\.\.\.)(, ([a-z]\d*\b|\.\.\.))*( were\b)?`), "agent _"},
	{regexp.MustCompile(`agent _ was\b`), "agent _"},
	{regexp.MustCompile(`\b[a-z]\d* \(`), "_ ("},
	{regexp.MustCompile(`-?\d+(\.\d+)?(ns|µs|ms|s|m|h|\b)(\d+(\.\d+)?(ms|s|m)\b)*`), "#"},
	{regexp.MustCompile(`\b(result|call|caller|goroutine|agent|request|descriptor)s\b`), "$1"},
}

// pattern is a text without what differs from scenario to scenario.
func pattern(text string) string {
	for _, v := range variable {
		text = v.pattern.ReplaceAllString(text, v.instead)
	}
	return withoutError(text)
}

// withoutError cuts off the error of a call that a text about a request ends with. The
// value of a panic stays: it may be all that is known of the panic.
func withoutError(text string) string {
	head := "request #: "
	rest, found := strings.CutPrefix(text, head)
	if !found || strings.Contains(rest, "panicked: ") {
		return text
	}
	if subject, problem, found := strings.Cut(rest, ": "); found && strings.HasPrefix(subject, "agent _") {
		head, rest = head+subject+": ", problem
	}
	rest, _, _ = strings.Cut(rest, ": ")
	return head + rest
}
