package scenariotest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/scenarios"
)

// confirm decides about a cell that did not end in a child. It is observed again on
// the machine's clock, alone in a new child. Where it ends there, the reason may be
// virtual time, or what earlier scenarios left in the process: a lock that is held, a
// place of a semaphore. So the same scenarios, before, are run again in a new child,
// and then this one on the machine's clock.
func (u *suite) confirm(t *testing.T, s scenarios.Scenario, j job, before []job, first reply) (reply, error) {
	if first.Stalled {
		u.stalls++
	}
	if first.Hang != nil && (len(before) == 0 || u.hangs >= enoughHangs) {
		u.hangs++
		return first, nil
	}
	j.Real = true
	alone, err := u.judgeable(t, s, j)
	if err != nil {
		return reply{}, err
	}
	alone.add(first)
	switch {
	case waits(s, alone):
		u.hangs++
		return alone, nil
	case len(before) == 0:
		return alone, nil
	}
	last := first // on the machine's clock nothing but the earlier scenarios can be the cause
	if first.Hang == nil {
		last, err = u.replay(t, s, j, before)
		if err != nil || last.Hang == nil && last.Observation.Totals.Blocked == 0 {
			return alone, err
		}
		last.add(first)
	}
	last.Observation.Warnings = append(last.Observation.Warnings,
		"it hangs after "+names(before)+" in one process, but not in a process of its own")
	return last, nil
}

// replay runs the cell in a new child, after the same cells as before. The result is
// empty where one of these did not end as it did then.
func (u *suite) replay(t *testing.T, s scenarios.Scenario, j job, before []job) (reply, error) {
	u.drop()
	for _, earlier := range before {
		r, err := u.askFor(t, earlier)
		if err != nil || u.child == nil || r.Stalled {
			return reply{}, err
		}
	}
	j.Patience = longPatience
	return u.ask(t, s, j)
}

func (u *suite) askFor(t *testing.T, j job) (reply, error) {
	s, err := scenarios.Lookup(j.Scenario)
	if err != nil {
		return reply{}, err
	}
	return u.ask(t, s, j)
}

// waits says that the executor or one of its callers never returned.
func waits(s scenarios.Scenario, r reply) bool {
	if r.Hang != nil {
		return true
	}
	return r.Observation.Totals.Blocked > 0 && slices.ContainsFunc(judged(s, r.Observation).Clauses, func(c scenarios.ClauseResult) bool {
		return c.Clause == executor.ReturnsInTime && c.Status == scenarios.Fail
	})
}

// add adds what was seen when the cell was run before. Races count as well.
func (r *reply) add(first reply) {
	r.Observation.Warnings = append(r.Observation.Warnings, first.Observation.Warnings...)
	r.Observation.Races = append(r.Observation.Races, first.Observation.Races...)
}

// enoughHangs is after how many hangs they are believed without another run, and
// given up sooner.
const enoughHangs = 2

// constructorWait is how long the executor's constructor may take.
func (u *suite) constructorWait() time.Duration {
	if u.hangs >= enoughHangs {
		return briefWait
	}
	return newWait
}

// names are the scenarios of jobs, the last eight of them.
func names(jobs []job) string {
	var all []string
	for _, j := range jobs {
		all = append(all, j.Scenario)
	}
	if more := len(all) - 8; more > 0 {
		return fmt.Sprintf("%s and then %s", plural.Count(more, "other scenario"), strings.Join(all[more:], ", "))
	}
	return strings.Join(all, ", ")
}

// blank is the observation of a cell in which nothing could be observed.
func blank(spec executor.Spec, s scenarios.Scenario) scenarios.Observation {
	o := scenarios.Observation{Executor: spec.Name, Scenario: s.Name, Clock: scenarios.VirtualClock, Race: raceEnabled}
	o.Setup, _ = s.For(spec).Setup() // the catalogue's are valid
	if s.RealTime != "" {
		o.Clock = scenarios.RealClock
	}
	o.Setup.Lacks = spec.Unclaimed()
	return o
}

// observation is that of a cell that hangs: a caller that is still waiting, and the
// goroutine of which it is known. Late timers are no doubt, since a runClock does not
// count the time in which the machine was busy with something else.
func (h *hang) observation(spec executor.Spec, s scenarios.Scenario) scenarios.Observation {
	o := blank(spec, s)
	o.Clock = scenarios.RealClock
	o.Totals = scenarios.Totals{Requests: 1, Blocked: 1, Watched: h.After, Overshoot: h.After - s.For(spec).Bound(0)}
	o.Left.Leak.Findings = []leak.Finding{{Class: leak.Blocked, Count: 1, State: h.State, Stack: h.Stack}}
	o.Warnings = []string{fmt.Sprintf("%s did not return within %v, so that nothing else could be observed", h.In, h.After.Round(100*time.Millisecond))}
	return o
}
