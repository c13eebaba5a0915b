package adapt

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/watertight-go/watertight/executor"
)

// The functions of this package that carry responses through values of the fan-out make
// each value of a text. It names the task and is never empty, so a missing value cannot
// be taken for an empty answer, nor the answer of one task for that of another.

// mark makes the text of task i.
func mark(i int, content string) string { return "task " + strconv.Itoa(i) + ": " + content }

// unmark returns the task and the content of a text that mark made, for one of n tasks.
func unmark(text string, n int) (i int, content string, ok bool) {
	rest, task := strings.CutPrefix(text, "task ")
	number, content, colon := strings.Cut(rest, ": ")
	i, err := strconv.Atoi(number)
	return i, content, task && colon && err == nil && 0 <= i && i < n
}

// response is the response of task i as a value's text has it. The content of another
// task, and one that the fan-out changed, stays as it is, so that the scenarios find it.
func (c call) response(i int, text string) *executor.AgentResponse {
	if _, content, ok := unmark(text, len(c.agents)); ok {
		text = content
	}
	a := c.agents[i]
	return &executor.AgentResponse{AgentID: a.ID, AgentName: a.Name, Content: text}
}

// inOrder returns the results of values that stand at the index of their task. An empty
// text is a missing value.
func inOrder[R any](c call, values []R, text func(R) string, err error) (results, error) {
	if len(values) > len(c.agents) {
		return nil, tooMany(len(values), len(c.agents))
	}
	out := make(results, len(values))
	for i, v := range values {
		if t := text(v); t != "" {
			out[c.agents[i].ID] = c.response(i, t)
		}
	}
	return out, err
}

// add stores the response that a text names, where the values are in any order.
func (c call) add(out results, text string) error {
	i, _, ok := unmark(text, len(c.agents))
	if !ok {
		return fmt.Errorf("adapt: a result that is no task's (got the text %q, want what the task returned)", text)
	}
	id := c.agents[i].ID
	if out[id] != nil {
		return fmt.Errorf("adapt: two results of task %d (got %q again, want one)", i, text)
	}
	out[id] = c.response(i, text)
	return nil
}
