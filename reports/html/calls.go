package html

import (
	"fmt"
	"slices"
	"time"

	"github.com/watertight-go/watertight/internal/format"
	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/internal/thin"
	"github.com/watertight-go/watertight/scenarios"
)

// pageCall is one request with the timeline of its agents. Moments are
// microseconds since the request's start; -1 for never.
type pageCall struct {
	Index     int         `json:"n"`
	Ended     int64       `json:"end"`
	Returned  bool        `json:"returned,omitempty"`
	Cancelled int64       `json:"cancelled"`
	Saw       ref         `json:"saw"`
	Agents    []pageAgent `json:"agents,omitempty"`
	// More says what the agents that are not shown went through.
	More ref `json:"more,omitempty"`
}

// pageAgent is a row of the timeline, an agent or a tool of the agent above it:
// ID and fault (refs), start, end, outcome in words (a ref), a kind, and when it
// came back late (0 for never).
type pageAgent [7]int64

// The kinds of a row.
const (
	rowAgent int64 = iota
	rowTool
)

// mostAgents is how many agents of a call have a row each, and mostCalls how
// many calls of a cell a timeline: the first half of them and the last.
const (
	mostAgents = 10
	mostCalls  = 4
)

func moment(happened bool, at time.Duration) int64 {
	if !happened {
		return -1
	}
	return us(at)
}

func (b *pageBuilder) calls(o scenarios.Observation) (calls []pageCall) {
	for i, c := range o.Calls {
		if i >= mostCalls/2 && i < len(o.Calls)-mostCalls/2 {
			continue
		}
		p := pageCall{Index: c.Index, Ended: us(c.Ended - c.Started), Returned: c.Returned,
			Cancelled: moment(c.CancelledAt > 0, c.CancelledAt-c.Started), Saw: b.pool.text(callSaw(c))}
		for i, a := range c.Agents {
			if i == mostAgents {
				p.More = b.pool.text(others(c.Agents[i:], c.Started))
				break
			}
			p.Agents = append(p.Agents, b.agent(a, c.Started))
			for j, t := range a.Tools {
				if j == mostAgents {
					break
				}
				p.Agents = append(p.Agents, b.tool(t, c.Started))
			}
		}
		calls = append(calls, p)
	}
	return calls
}

func callSaw(c scenarios.Call) string {
	switch {
	case c.Panic != "":
		return "panic in the caller: " + c.Panic
	case !c.Returned:
		return "still waiting when watching ended"
	case c.Error != "":
		return fmt.Sprintf("%s, error: %s", plural.Count(len(c.Results), "result"), c.Error)
	}
	return plural.Count(len(c.Results), "result") + ", no error"
}

func (b *pageBuilder) agent(a scenarios.AgentRun, from time.Duration) pageAgent {
	outcome := a.Outcome
	switch {
	case !a.Started:
		outcome = "never started"
	case a.RunningAtReturn && a.DoneAtReturn:
		outcome = "abandoned: still running when the call was over, its context done"
	case a.RunningAtReturn:
		outcome = "abandoned: still running when the call was over, its context not done"
	case !a.Ended:
		outcome = "running"
	}
	if a.Error != "" {
		outcome += ": " + a.Error
	}
	late := int64(0)
	if a.LateAt > 0 {
		late = us(a.LateAt - from)
		outcome += fmt.Sprintf("; came back late, after %s: %s", format.Duration(a.LateAt-from), a.LateOutcome)
	}
	return pageAgent{int64(b.pool.name(a.ID)), int64(b.pool.text(a.Fault)), moment(a.Started, a.StartAt-from), moment(a.Ended, a.EndAt-from),
		int64(b.pool.text(outcome)), rowAgent, late}
}

func (b *pageBuilder) tool(t scenarios.ToolRun, from time.Duration) pageAgent {
	outcome := "done"
	switch {
	case !t.Ended:
		outcome = "never ended"
	case t.Error != "":
		outcome = "error: " + t.Error
	}
	if t.DoneAtStart {
		outcome += "; started with its context already done"
	}
	return pageAgent{int64(b.pool.name("tool " + t.Name)), 0, us(t.StartAt - from), moment(t.Ended, t.EndAt-from), int64(b.pool.text(outcome)), rowTool, 0}
}

// others sums up the agents that have no row of their own.
func others(all []scenarios.AgentRun, from time.Duration) string {
	first, last := from, from
	started, ended, abandoned := 0, 0, 0
	for _, a := range all {
		if a.Started && (started == 0 || a.StartAt < first) {
			first = a.StartAt
		}
		if a.Started {
			started++
		}
		if a.Ended {
			ended++
			last = max(last, a.EndAt)
		}
		if a.RunningAtReturn {
			abandoned++
		}
	}
	return fmt.Sprintf("and %s: %d started from %s on, %d ended by %s, %d abandoned", plural.Count(len(all), "more agent"), started, format.Duration(first-from), ended, format.Duration(last-from), abandoned)
}

// series are the samples of a load in columns; a column of one value holds it
// once. Moments are in ticks, latencies in lags of so many microseconds each,
// finer than a pixel; memory is in KiB.
type series struct {
	Tick        int64   `json:"tick"`
	At          []int64 `json:"at"`
	Requests    []int64 `json:"requests"`
	Goroutines  []int64 `json:"goroutines"`
	Running     []int64 `json:"running"`
	Runnable    []int64 `json:"runnable"`
	Waiting     []int64 `json:"waiting"`
	InSyscall   []int64 `json:"inSyscall"`
	InFlight    []int64 `json:"inFlight"`
	Memory      []int64 `json:"memory"`
	Descriptors []int64 `json:"descriptors"`
	Lag         int64   `json:"lag,omitempty"`
	// Times are of requests: index, intended start, latency, 1 where it returned.
	Times [][4]int64 `json:"times,omitempty"`
}

// mostSamples is how many samples of a load are drawn, evenly chosen; fineness
// into how many parts the longest time is divided.
const (
	mostSamples = 100
	fineness    = 20_000
)

func newSeries(o scenarios.Observation) *series {
	n := len(o.Series)
	if n < 2 {
		return nil
	}
	s := &series{Tick: max(1, us(o.Series[n-1].At)/fineness)}
	for _, x := range thin.Evenly(o.Series, mostSamples) {
		s.At = append(s.At, us(x.At)/s.Tick)
		for _, c := range []struct {
			column *[]int64
			value  int
		}{
			{&s.Requests, x.Requests}, {&s.Goroutines, x.Goroutines}, {&s.Running, x.Running}, {&s.Runnable, x.Runnable},
			{&s.Waiting, x.Waiting}, {&s.InSyscall, x.InSyscall}, {&s.InFlight, x.InFlight}, {&s.Descriptors, x.Descriptors},
			{&s.Memory, int(x.HeapBytes>>10) + int(x.StackBytes>>10)},
		} {
			*c.column = append(*c.column, int64(c.value))
		}
	}
	for _, column := range []*[]int64{&s.Requests, &s.Goroutines, &s.Running, &s.Runnable, &s.Waiting, &s.InSyscall, &s.InFlight, &s.Descriptors, &s.Memory} {
		if slices.Max(*column) == slices.Min(*column) {
			*column = (*column)[:1]
		}
	}
	s.addTimes(o.Times)
	return s
}

func (s *series) addTimes(times []scenarios.RequestTime) {
	s.Lag = 1
	for _, t := range times {
		s.Lag = max(s.Lag, us(t.Took)/fineness)
	}
	for _, t := range times {
		returned := int64(0)
		if t.Returned {
			returned = 1
		}
		s.Times = append(s.Times, [4]int64{int64(t.Index), us(t.At) / s.Tick, us(t.Took) / s.Lag, returned})
	}
}
