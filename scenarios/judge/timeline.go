package judge

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/scenarios"
)

// Timeline says, line by line, what was observed of one request: when its agents
// started, were cancelled, ended or were left behind, and what the caller
// received. The request is that of the verdict's first failure, else the first
// that is described. Timeline is nil where that request is not described.
func Timeline(cell scenarios.Cell) []string {
	return timelineOf(cell.Observation, requestToShow(cell))
}

// timelineOf is the timeline of one request. Times are since its start. Events of
// the same moment are in the order of cause and effect.
func timelineOf(o scenarios.Observation, request int) []string {
	i := slices.IndexFunc(o.Calls, func(c scenarios.Call) bool { return c.Index == request })
	if i < 0 {
		return nil
	}
	t := timeline{o: o, c: o.Calls[i]}
	t.agents()
	t.caller()
	slices.SortStableFunc(t.events, func(a, b event) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.rank, b.rank))
	})
	lines := []string{t.head()}
	for i, e := range t.events {
		at := ms(e.at).String()
		if i > 0 && ms(t.events[i-1].at) == ms(e.at) {
			at = ""
		}
		lines = append(lines, fmt.Sprintf("%8s  %s", at, e.text))
	}
	return shortened(lines, timelineLines)
}

// timelineLines is the largest number of lines of a timeline. The middle of a
// longer one is left out.
const timelineLines = 40

func shortened(lines []string, most int) []string {
	if len(lines) <= most {
		return lines
	}
	head := most - most/4
	out := append(slices.Clone(lines[:head]), fmt.Sprintf("%8s  ... %d more lines ...", "", len(lines)-most))
	return append(out, lines[len(lines)-most/4:]...)
}

// requestToShow is the index of the request that Timeline shows; -1 for none.
func requestToShow(cell scenarios.Cell) int {
	for _, c := range cell.Verdict.Clauses {
		var n int
		if c.Status == scenarios.Fail {
			if _, err := fmt.Sscanf(c.Got, "request %d", &n); err == nil {
				return n
			}
		}
	}
	if len(cell.Observation.Calls) == 0 {
		return -1
	}
	return cell.Observation.Calls[0].Index
}

type timeline struct {
	o      scenarios.Observation
	c      scenarios.Call
	events []event
}

// event is one line of a timeline.
type event struct {
	at   time.Duration
	rank rank
	text string
}

// rank orders events of the same moment: causes come before their consequences.
type rank int

const (
	rankContext rank = iota
	rankEnds         // an agent ends by itself
	rankEnded        // an agent ends because its context is done
	rankStarts       // an agent is called, with all that it does at the same moment
	rankReturn
	rankAfter
)

func (t *timeline) head() string {
	u := t.o.Setup
	head := fmt.Sprintf("request %d of %d, on %s time: %s, AgentTimeout %v, Grace %v", t.c.Index, t.o.Totals.Requests, t.o.Clock, plural.Count(t.agentCount(), "agent"), u.AgentTimeout, u.Grace)
	if u.Limit > 0 {
		head += fmt.Sprintf(", Limit %d", u.Limit)
	}
	if len(t.c.Agents) < t.agentCount() {
		head += "; what each agent did was not recorded"
	}
	return head
}

// agentCount is how many agents the call had, described or not.
func (t *timeline) agentCount() int { return max(len(t.c.Agents), t.o.Setup.Agents) }

func (t *timeline) add(at time.Duration, r rank, format string, args ...any) {
	t.events = append(t.events, event{at - t.c.Started, r, fmt.Sprintf(format, args...)})
}

func (t *timeline) agents() {
	for _, a := range t.c.Agents {
		who := "agent " + a.ID
		if a.ID == "" {
			who = fmt.Sprintf("agents[%d]", a.Place)
		}
		if !a.Started {
			t.add(t.c.Ended, rankAfter, "%s was never called", who)
			continue
		}
		first := len(t.events)
		t.agent(who, a)
		t.keepOrder(t.events[first:])
	}
}

// agent adds the events of one agent, in the order of cause and effect.
func (t *timeline) agent(who string, a scenarios.AgentRun) {
	t.add(a.StartAt, rankStarts, "%s is called: %s", who, a.Fault)
	for i, at := range a.Attempts {
		t.add(at, rankStarts, "%s: HTTP request %d", who, i+1)
	}
	switch {
	case a.Ended && a.EndAt > t.c.Ended:
		t.add(a.EndAt, rankAfter, "%s %s, just after the return", who, ending(a.Outcome, a.Error))
	case a.Ended:
		t.add(a.EndAt, rankOfEnd(a), "%s %s", who, ending(a.Outcome, a.Error))
	case a.DoneAtReturn:
		t.add(t.c.Ended, rankAfter, "%s is left behind, still running, and its context is done", who)
	default:
		t.add(t.c.Ended, rankAfter, "%s is left behind, still running, and its context is NOT done", who)
	}
	for _, tool := range a.Tools {
		t.tool(who, tool)
	}
	if a.LateAt > 0 {
		t.add(a.LateAt, rankAfter, "%s %s, too late for the call", who, ending(a.LateOutcome, ""))
	}
}

// rankOfEnd tells an agent's own error from that of its context.
func rankOfEnd(a scenarios.AgentRun) rank {
	if a.Outcome == mocks.Failed && !strings.Contains(a.Error, mocks.ErrFault.Error()) {
		return rankEnded
	}
	return rankEnds
}

// keepOrder keeps events of one agent that have the same moment in their order:
// none has a lower rank than the one before it.
func (t *timeline) keepOrder(own []event) {
	slices.SortStableFunc(own, func(a, b event) int { return cmp.Compare(a.at, b.at) })
	for i := range own[min(1, len(own)):] {
		if own[i].at == own[i+1].at {
			own[i+1].rank = max(own[i].rank, own[i+1].rank)
		}
	}
}

func (t *timeline) tool(who string, tool scenarios.ToolRun) {
	note := map[bool]string{true: ", with a context already done"}[tool.DoneAtStart]
	t.add(tool.StartAt, rankEnds, "%s: tool %s is called%s", who, tool.Name, note)
	if tool.Ended {
		t.add(tool.EndAt, rankEnds, "%s: tool %s returns%s", who, tool.Name, because(tool.Error))
	}
}

// ending says how an agent's call ended.
func ending(outcome, err string) string {
	switch outcome {
	case "response":
		return "answers"
	case "error":
		return "fails" + because(err)
	case "panic":
		return "panics" + because(err)
	case "goexit":
		return "ends its goroutine (Goexit)"
	case "nil":
		return "returns neither a response nor an error"
	}
	return "returns"
}

func because(err string) string {
	if err == "" {
		return ""
	}
	return ": " + shorten(err)
}

// caller adds what the caller did and got.
func (t *timeline) caller() {
	u := t.o.Setup
	if t.c.CancelledAt > 0 {
		t.add(max(t.c.CancelledAt, t.c.Started), rankContext, "the caller's context is done")
	}
	if over := t.c.Started + u.Span(); over <= t.c.Ended {
		t.add(over, rankContext, "the agents' time is over")
	}
	switch {
	case t.c.Stream != nil:
		t.consumer()
	case t.c.Panic != "":
		t.add(t.c.Ended, rankReturn, "the call panics: %s", shorten(t.c.Panic))
	case !t.c.Returned:
		t.add(t.c.Ended, rankReturn, "the caller is still waiting; the observation ends")
	default:
		t.add(t.c.Ended, rankReturn, "the call returns %s", t.got())
	}
	for _, how := range t.c.Changed {
		t.add(t.c.Ended, rankAfter, "after the return the map changed: %s", how)
	}
}

func (t *timeline) got() string {
	keys := keysOf(t.c)
	if extra := len(keys) - 8; extra > 0 {
		keys = append(keys[:8:8], fmt.Sprintf("and %d more", extra))
	}
	got := fmt.Sprintf("%d of %d results", len(t.c.Results), t.agentCount())
	if len(keys) > 0 {
		got += " (" + strings.Join(keys, ", ") + ")"
	}
	if t.c.Error == "" {
		return got + " and no error"
	}
	return got + " and the error: " + shorten(t.c.Error)
}
