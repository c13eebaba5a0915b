package judge

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
)

// saw says in a few words what the callers got, as in "4 of 5 results, no
// error, 101ms".
func saw(o scenarios.Observation) string {
	switch {
	case o.Crash != nil:
		return "process died: " + shorten(o.Crash.String())
	case len(o.Calls) == 0:
		return "nothing was observed"
	}
	c := o.Calls[len(o.Calls)-1]
	text := sawCall(c, o.Setup.Agents)
	if o.Totals.Requests > 1 {
		text = fmt.Sprintf("%d of %d calls returned; the last: %s", o.Totals.Returned, o.Totals.Requests, text)
	}
	return text
}

func sawCall(c scenarios.Call, agents int) string {
	took := ms(c.Ended - c.Started)
	switch {
	case c.Panic != "":
		return "panic in the caller: " + shorten(c.Panic)
	case !c.Returned:
		return fmt.Sprintf("still waiting after %v", took)
	case c.Stream != nil:
		return fmt.Sprintf("%s, %v", sawStream(*c.Stream), took)
	case c.Error == "":
		return fmt.Sprintf("%d of %d results, no error, %v", len(c.Results), agents, took)
	default:
		return fmt.Sprintf("%d of %d results, error: %s, %v", len(c.Results), agents, shorten(c.Error), took)
	}
}

// sawStream is what the consumer of a stream got, as in "15 pieces and 3 ends of 3
// agents, 1 with an error".
func sawStream(s scenarios.Stream) string {
	pieces, ends, failed := 0, 0, 0
	for _, a := range s.Agents {
		pieces += a.Pieces()
		for _, end := range a.Ends() {
			ends++
			if end.Error != "" {
				failed++
			}
		}
	}
	text := fmt.Sprintf("%s and %s of %s", plural.Count(pieces, "piece"), plural.Count(ends, "end"), plural.Count(len(s.Agents), "agent"))
	if failed > 0 {
		text += fmt.Sprintf(", %d with an error", failed)
	}
	if s.LeftAt > 0 {
		text += "; then it left"
	}
	return text
}

// differences lists what a caller sees differently in the two: which results
// there are and what is in them, whether there is an error, what its text is, and
// what errors.Is finds in it. Times are not compared.
func differences(before, after scenarios.Observation) (how []string) {
	if len(before.Calls) != len(after.Calls) {
		return []string{fmt.Sprintf("before has %s described, after %d", plural.Count(len(before.Calls), "call"), len(after.Calls))}
	}
	for i := range before.Calls {
		how = append(how, callDifferences(before.Calls[i], after.Calls[i])...)
	}
	const most = 8
	if extra := len(how) - most; extra > 0 {
		how = append(how[:most:most], fmt.Sprintf("and %d more", extra))
	}
	return how
}

func callDifferences(b, a scenarios.Call) (how []string) {
	differ := func(what string, was, is any) {
		how = append(how, fmt.Sprintf("request %d: %s: before %v, after %v", b.Index, what, was, is))
	}
	if b.Returned != a.Returned || b.Panic != a.Panic {
		differ("returned", b.Returned && b.Panic == "", a.Returned && a.Panic == "")
		return how
	}
	if b.Stream != nil && a.Stream != nil {
		if was, is := sawStream(*b.Stream), sawStream(*a.Stream); was != is && b.Stream.LeftAt+a.Stream.LeftAt+b.CancelledAt+a.CancelledAt == 0 {
			differ("the consumer got", was, is)
		}
		return how
	}
	if was, is := resultKeys(b), resultKeys(a); was != is {
		differ("results of", was, is)
	} else {
		for _, change := range b.ResultChanges(a.Results) {
			how = append(how, fmt.Sprintf("request %d: result %s", b.Index, change))
		}
	}
	if b.NilMap != a.NilMap {
		differ("map is nil", b.NilMap, a.NilMap)
	}
	if (b.Error == "") != (a.Error == "") {
		differ("error", quoted(b.Error), quoted(a.Error))
		return how
	}
	if was, is := withoutTimes(untied(b)), withoutTimes(untied(a)); was != is {
		differ("error text", quoted(was), quoted(is))
	}
	if was, is := strings.Join(b.Is, ", "), strings.Join(a.Is, ", "); was != is {
		differ("errors.Is finds", quoted(was), quoted(is))
	}
	return how
}

// tie is the time within which the ends of two agents are simultaneous: it is
// chance which of them an executor receives first.
const tie = 10 * time.Millisecond

// failedAt is when the call learned of the agent's failure: at the agent's end,
// or at the end of the call where the agent was still running then.
func failedAt(c scenarios.Call, a scenarios.AgentRun) (at time.Duration, failed bool) {
	if a.Ended {
		return a.EndAt, a.Outcome != mocks.Responded
	}
	return c.Ended, a.Started
}

// untied is a call's error text. Where several agents failed first at the same
// time, it does not say which of them the text names.
func untied(c scenarios.Call) string {
	tied := firstFailed(c)
	if len(tied) < 2 {
		return c.Error
	}
	text := c.Error
	for _, id := range tied {
		if strings.HasPrefix(text, "agent "+id+" failed") {
			text = strings.ReplaceAll(text, "agent "+id+" ", "agent ? ")
			text = strings.ReplaceAll(text, fmt.Sprintf("agent %q", id), `agent "?"`)
		}
	}
	return text
}

// firstFailed are the IDs of the agents that failed first, all at the same time.
func firstFailed(c scenarios.Call) (ids []string) {
	first := time.Duration(math.MaxInt64)
	for _, a := range c.Agents {
		if at, failed := failedAt(c, a); failed {
			first = min(first, at)
		}
	}
	for _, a := range c.Agents {
		if at, failed := failedAt(c, a); failed && at-first < tie {
			ids = append(ids, a.ID)
		}
	}
	return ids
}

func resultKeys(c scenarios.Call) string { return quoted(strings.Join(keysOf(c), ", ")) }

func keysOf(c scenarios.Call) (keys []string) {
	for _, r := range c.Results {
		keys = append(keys, r.Key)
	}
	return keys
}

func quoted(s string) string {
	if s == "" {
		return "none"
	}
	return shorten(s)
}

// withoutTimes is an error's text with its times replaced, since these differ
// from run to run.
func withoutTimes(text string) string {
	words := strings.Fields(text)
	for i, w := range words {
		if _, err := time.ParseDuration(strings.Trim(w, ".,;:()")); err == nil && strings.ContainsAny(w, "0123456789") {
			words[i] = "TIME"
		}
	}
	return strings.Join(words, " ")
}

// ms rounds a time to what a reader needs.
func ms(t time.Duration) time.Duration {
	if t >= time.Second {
		return t.Round(10 * time.Millisecond)
	}
	if t >= 10*time.Millisecond {
		return t.Round(time.Millisecond)
	}
	return t.Round(10 * time.Microsecond)
}

// shorten is the first line of a text, at most 160 characters of it.
func shorten(text string) string {
	text, _, cut := strings.Cut(text, "\n")
	if r := []rune(text); len(r) > 160 {
		return string(r[:160]) + fmt.Sprintf("... (%d more)", len(r)-160)
	}
	if cut {
		return text + " ..."
	}
	return text
}

// agents names agents, as in "agent a" and "agents a, b". It names five at most.
func agents(runs []scenarios.AgentRun) string {
	var ids []string
	for _, a := range runs {
		ids = append(ids, a.ID)
	}
	if len(ids) > 5 {
		ids = append(ids[:5:5], "...")
	}
	return plural.Form(len(runs), "agent ", "agents ") + strings.Join(ids, ", ")
}

// agentsWere is agents with a verb, as in "agents a, b were".
func agentsWere(runs []scenarios.AgentRun) string {
	return agents(runs) + plural.Form(len(runs), " was", " were")
}

// mib is a number of bytes in MiB.
func mib(n int64) float64 { return float64(n) / (1 << 20) }
