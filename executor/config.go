package executor

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"
)

// Policy says what a call does when agents fail.
type Policy string

const (
	// BestEffort returns the results of the agents that succeeded, and an error
	// only if none did. It is the default.
	BestEffort Policy = "best-effort"
	// FailFast returns the first error and cancels the other agents at once.
	FailFast Policy = "fail-fast"
	// CollectErrors returns the results of the agents that succeeded, and all
	// errors joined.
	CollectErrors Policy = "collect-errors"
	// FirstError waits for all agents, and returns the first error alone. The results
	// of those that succeeded may be returned beside it.
	FirstError Policy = "first-error"
)

// Policies lists all policies.
var Policies = []Policy{BestEffort, FailFast, CollectErrors, FirstError}

// The defaults of Config. They are used for fields that are zero.
const (
	DefaultAgentTimeout  = 60 * time.Second
	DefaultToolTimeout   = 30 * time.Second
	DefaultGrace         = 100 * time.Millisecond
	DefaultMaxStuck      = 8
	DefaultMaxStuckTotal = 1000
	DefaultBackoff       = time.Second
)

// Config says how an executor runs its agents. Only Runner is required. The
// executors of package exhibits use Runner, AgentTimeout and History only.
type Config struct {
	// Runner makes the calls. Required.
	Runner Runner
	// AgentTimeout is the longest time of one agent's call together with its tools.
	// Zero means DefaultAgentTimeout.
	AgentTimeout time.Duration
	// ToolTimeout is the longest time of one tool call. Zero means DefaultToolTimeout.
	ToolTimeout time.Duration
	// Grace is how long the executor waits, after an agent's context is done,
	// for the agent to return. Zero means DefaultGrace.
	Grace time.Duration
	// Limit is how many agents of one call run at the same time. Zero means all.
	Limit int
	// MaxStuck is how many calls to one agent may be stuck before its circuit
	// breaker opens: further calls to it then fail at once. Zero means DefaultMaxStuck.
	MaxStuck int
	// MaxStuckTotal is how many calls of all agents together may be stuck. It
	// also bounds agents whose IDs are always new and agents that hang now and
	// then. Once it is reached, calls are let through one at a time, as trials.
	// Zero means DefaultMaxStuckTotal; math.MaxInt means no bound.
	MaxStuckTotal int
	// MaxInFlight is how many agent and tool calls of this executor may be in
	// flight, abandoned calls and trials included. One call more fails at once
	// with ErrTooManyInFlight. Zero means no bound.
	MaxInFlight int
	// Backoff is the time from the opening of a circuit breaker to the first
	// trial call. It doubles with each trial. Zero means DefaultBackoff.
	Backoff time.Duration
	// Policy says what to do when agents fail. Empty means BestEffort.
	Policy Policy
	// History is passed to every agent. The executor copies it and never writes it.
	History []Message
}

// longest is the longest duration of a Config, about 73 years. Longer ones are cut
// to it, so that the sum of two of them and the present time does not overflow.
const longest = math.MaxInt64 / 4

// WithDefaults returns the configuration with every zero field set to its
// default, or an error that names all invalid fields.
func (c Config) WithDefaults() (Config, error) {
	var errs []error
	if c.Runner == nil {
		errs = append(errs, errors.New("Runner: missing (got nil, want the Runner that makes the calls)"))
	}
	errs = append(errs,
		defaultDuration("AgentTimeout", &c.AgentTimeout, DefaultAgentTimeout),
		defaultDuration("ToolTimeout", &c.ToolTimeout, DefaultToolTimeout),
		defaultDuration("Grace", &c.Grace, DefaultGrace),
		defaultDuration("Backoff", &c.Backoff, DefaultBackoff),
		defaultNumber("Limit", &c.Limit, 0),
		defaultNumber("MaxStuck", &c.MaxStuck, DefaultMaxStuck),
		defaultNumber("MaxStuckTotal", &c.MaxStuckTotal, DefaultMaxStuckTotal),
		defaultNumber("MaxInFlight", &c.MaxInFlight, 0),
	)
	c.Policy = cmp.Or(c.Policy, BestEffort)
	if !slices.Contains(Policies, c.Policy) {
		errs = append(errs, fmt.Errorf("Policy: unknown (got %q, want one of %q)", c.Policy, Policies))
	}
	if err := errors.Join(errs...); err != nil {
		return c, fmt.Errorf("executor: config: %w", err)
	}
	return c, nil
}

// defaultDuration sets a duration that is zero to its default.
func defaultDuration(name string, d *time.Duration, fallback time.Duration) error {
	if *d < 0 {
		return fmt.Errorf("%s: negative duration (got %v, want a positive one, or zero for the default of %v)", name, *d, fallback)
	}
	if *d == 0 {
		*d = fallback
	}
	*d = min(*d, longest)
	return nil
}

// defaultNumber sets a number that is zero to its default.
func defaultNumber(name string, n *int, fallback int) error {
	if *n < 0 {
		return fmt.Errorf("%s: negative number (got %d, want a positive one, or zero for the default)", name, *n)
	}
	if *n == 0 {
		*n = fallback
	}
	return nil
}

// StuckBound is the bound of clause 6: how many calls to one agent may be stuck
// at most after the agent has ignored its context for elapsed. inFlight is how
// many calls to the agent were under way when MaxStuck was reached. The bound is
// MaxStuck + inFlight + 1 + floor(log2(1 + elapsed/Backoff)), or MaxInFlight if
// that is set and smaller. c must have its defaults filled in.
func (c Config) StuckBound(inFlight int, elapsed time.Duration) int {
	trials := math.Log2(1 + float64(elapsed)/float64(c.Backoff))
	more := inFlight + 1 + int(trials)
	bound := min(c.MaxStuck, math.MaxInt-more) + more
	if c.MaxInFlight > 0 {
		bound = min(bound, c.MaxInFlight)
	}
	return bound
}
