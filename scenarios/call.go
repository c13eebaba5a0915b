package scenarios

import (
	"fmt"
	"hash/crc32"
	"maps"
	"slices"
	"time"
)

// Call is one request.
type Call struct {
	Index int `json:"index"`
	// Intended is when the request should have started, Started when it did.
	Intended time.Duration `json:"intendedNs"`
	Started  time.Duration `json:"startedNs"`
	// Returned says whether the call returned before the observation ended.
	Returned bool `json:"returned"`
	// Ended is when the call returned, or when the observation ended.
	Ended time.Duration `json:"endedNs"`
	// CancelledAt is when the caller's context was done; zero: never.
	CancelledAt time.Duration `json:"cancelledAtNs,omitempty"`
	Results     []Result      `json:"results,omitempty"`
	// NilMap says that the map returned was nil, not merely empty.
	NilMap bool `json:"nilMap,omitempty"`
	// Error is the text of the error; empty for nil.
	Error string `json:"error,omitempty"`
	// Is names what errors.Is finds in the error: "context.Canceled",
	// "context.DeadlineExceeded", "agent ID" for each agent's own error, and
	// the executor package's own, as in "executor.ErrAgentStuck".
	Is []string `json:"is,omitempty"`
	// Panic is the value with which ExecuteParallel panicked in the caller's
	// goroutine, or "runtime.Goexit" where it ended that goroutine.
	Panic string `json:"panic,omitempty"`
	// Stream is what its consumer received, in a scenario about streams.
	Stream *Stream `json:"stream,omitempty"`
	// Agents tell what happened to each agent, in call order. It is empty where
	// the agent calls of the cell were only counted.
	Agents []AgentRun `json:"agents,omitempty"`
	// Changed says how the returned map had changed by the end of the cell.
	Changed []string `json:"changed,omitempty"`
}

// Result is one entry of the map that a call returned.
type Result struct {
	// Key is the map's key, AgentID that of the response.
	Key     string       `json:"key"`
	AgentID string       `json:"agentId"`
	Content string       `json:"content"` // see Excerpt
	Nil     bool         `json:"nil,omitempty"`
	Tools   []ToolResult `json:"tools,omitempty"`
}

// ToolResult is executor.ToolResult as text.
type ToolResult struct {
	CallID  string `json:"callId"`
	Name    string `json:"name"`
	Content string `json:"content,omitempty"`
	Error   string `json:"error,omitempty"`
}

// AgentRun is what happened to one agent of one call, as its mock recorded it.
type AgentRun struct {
	// Place is the index in the agents slice.
	Place int    `json:"place"`
	ID    string `json:"id"`
	Fault string `json:"fault"`
	// Ignores says that the fault ignores its context.
	Ignores bool          `json:"ignores,omitempty"`
	Started bool          `json:"started"`
	StartAt time.Duration `json:"startAtNs,omitempty"`
	Ended   bool          `json:"ended"`
	EndAt   time.Duration `json:"endAtNs,omitempty"`
	// Outcome is "response", "error", "panic", "goexit", "nil", "stopped" (a stream whose
	// consumer wanted no more), or empty while the agent runs.
	Outcome string `json:"outcome,omitempty"`
	// Error is the text of the agent's own error.
	Error string `json:"error,omitempty"`
	// DoneAtEnd says that the agent's context was done when the agent ended.
	DoneAtEnd bool `json:"doneAtEnd,omitempty"`
	// Open says that the agent's context was not done although its call was over
	// and the end of its parent had had time to reach it.
	Open bool `json:"open,omitempty"`
	// Deadline is that of the agent's context; zero: none.
	Deadline time.Duration `json:"deadlineNs,omitempty"`
	// ValuesLost says that the agent's context did not have the values of its
	// caller's.
	ValuesLost bool `json:"valuesLost,omitempty"`
	// Cause is why the agent's context ended, as context.Cause has it. It is
	// empty where the context has not ended.
	Cause string `json:"cause,omitempty"`
	// RunningAtReturn says that the agent was still running when its call
	// returned, or when the observation ended. DoneAtReturn says that its context
	// was done then, or as soon as the end of its parent had reached it.
	RunningAtReturn bool `json:"runningAtReturn,omitempty"`
	DoneAtReturn    bool `json:"doneAtReturn,omitempty"`
	// LateAt and LateOutcome tell when and how an agent ended that was running at
	// the return, where it ended before the mocks were released.
	LateAt      time.Duration `json:"lateAtNs,omitempty"`
	LateOutcome string        `json:"lateOutcome,omitempty"`
	Tools       []ToolRun     `json:"tools,omitempty"`
	// Pieces is how many pieces the agent's stream has handed over.
	Pieces int `json:"pieces,omitempty"`
	// Attempts are the times at which the agent's client sent its HTTP requests,
	// in wire scenarios.
	Attempts []time.Duration `json:"attemptsNs,omitempty"`
}

// ToolRun is one tool call, as its mock recorded it.
type ToolRun struct {
	Name    string        `json:"name"`
	StartAt time.Duration `json:"startAtNs"`
	Ended   bool          `json:"ended"`
	EndAt   time.Duration `json:"endAtNs,omitempty"`
	// DoneAtStart says that the context of the tool was done when it started.
	DoneAtStart bool `json:"doneAtStart,omitempty"`
	// Error is the text of the tool's own error, or "panic or goexit" where the
	// tool did not return. It is empty for success and while the tool runs.
	Error string `json:"error,omitempty"`
}

// InputOf is the name of the request with that index, and its input where requests
// have different ones.
func InputOf(index int) string { return fmt.Sprintf("request-%d", index) }

// longest is how many bytes of a result's content are kept as they are.
const longest = 200

// Excerpt is what Result.Content keeps of a content. A long one is cut, and has its
// length and its checksum instead, so that it can still be compared.
func Excerpt(content string) string {
	if len(content) <= longest {
		return content
	}
	return fmt.Sprintf("%s... (%d bytes, crc32 %08x)", content[:longest/4], len(content), crc32.ChecksumIEEE([]byte(content)))
}

// ResultChanges says, one line for each key, how other results differ from
// those of the call.
func (c Call) ResultChanges(other []Result) (lines []string) {
	before := make(map[string]Result, len(c.Results))
	for _, r := range c.Results {
		before[r.Key] = r
	}
	for _, r := range other {
		was, had := before[r.Key]
		delete(before, r.Key)
		switch {
		case !had:
			lines = append(lines, fmt.Sprintf("%q was added", r.Key))
		case was.Nil != r.Nil || was.AgentID != r.AgentID || was.Content != r.Content || !slices.Equal(was.Tools, r.Tools):
			lines = append(lines, fmt.Sprintf("%q was changed from %q to %q", r.Key, was.Content, r.Content))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(before)) {
		lines = append(lines, fmt.Sprintf("%q was removed", key))
	}
	return lines
}
