package judge

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/mocks"
)

// edit changes one thing in the good observation, or in its scenario. The call
// is the only one of the observation.
type edit func(*Scenario, *Observation, *Call)

// judgeCase is what one clause must come to after a change.
type judgeCase struct {
	clause executor.Clause
	change edit
	want   Status
	got    string // part of Got or Reason
}

func runCases(t *testing.T, cases map[string]judgeCase) {
	for name, tt := range cases {
		t.Run(name, func(t *testing.T) {
			s := scenarioOfAllClauses()
			o := good(t, s)
			tt.change(&s, &o, &o.Calls[0])
			r := clause(t, Judge(s, o), tt.clause)
			require.Equal(t, tt.want, r.Status, "%+v", r)
			require.Contains(t, r.Got+" "+r.Reason, tt.got)
		})
	}
}

func blocked(_ *Scenario, o *Observation, c *Call) {
	c.Returned, c.Ended, c.Results = false, 600*msec, nil
	o.Totals.Returned, o.Totals.Blocked, o.Totals.Overshoot = 0, 1, 460*msec
	o.Left.ByExecutor = 1
}

func notReturned(_ *Scenario, o *Observation, c *Call) {
	c.Returned, c.Ended = false, 50*msec
	o.Totals.Returned, o.Totals.Blocked = 0, 1
}

func notInspected(_ *Scenario, o *Observation, _ *Call) {
	o.Left, o.Released = Leftovers{}, Leftovers{}
}

func noAgents(_ *Scenario, _ *Observation, c *Call) { c.Agents = nil }

func noResults(_ *Scenario, _ *Observation, c *Call) { c.Results = nil }

func noA(_ *Scenario, _ *Observation, c *Call) {
	c.Results, c.Error, c.Is = nil, "b: injected fault", []string{"agent b", "context.DeadlineExceeded"}
	c.Agents[0].Outcome, c.Agents[0].Tools, c.Agents[0].Error, c.Agents[0].EndAt = mocks.Failed, nil, "a: injected fault", 61*msec
	c.Is = append(c.Is, "agent a")
}
