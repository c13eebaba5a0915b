package executor

import (
	"errors"
	"fmt"
	"math"
	"time"
)

// Policy says what a call does about agents that fail.
type Policy string

const (
	// BestEffort returns what succeeded, and an error only where nothing did.
	// It is the default and what the original did.
	BestEffort Policy = "best-effort"
	// FailFast returns the first error and cancels the other agents at once.
	FailFast Policy = "fail-fast"
	// CollectErrors returns what succeeded and all errors, joined.
	CollectErrors Policy = "collect-errors"
)

// Defaults of Config, taken where a field is zero.
const (
	DefaultAgentTimeout  = 60 * time.Second
	DefaultToolTimeout   = 30 * time.Second
	DefaultGrace         = 100 * time.Millisecond
	DefaultMaxStuck      = 8
	DefaultMaxStuckTotal = 1000
	DefaultBackoff       = time.Second
)

// Config is how an executor runs its agents. Only Runner is required. The
// exhibits use Runner, AgentTimeout and History, and ignore the rest.
type Config struct {
	// Runner makes the calls. Required.
	Runner Runner
	// AgentTimeout bounds one agent's call together with its tools.
	// Zero means DefaultAgentTimeout.
	AgentTimeout time.Duration
	// ToolTimeout bounds one tool call. Zero means DefaultToolTimeout.
	ToolTimeout time.Duration
	// Grace is how long the executor waits, after an agent's context is done,
	// for the agent to return. Zero means DefaultGrace.
	Grace time.Duration
	// Limit is how many agents of one call run at a time. Zero means all.
	Limit int
	// MaxStuck is how many calls to one agent may be stuck before further
	// calls to it fail at once. Zero means DefaultMaxStuck.
	MaxStuck int
	// MaxStuckTotal is how many calls of all agents together may be stuck, so
	// that ever-new IDs, and agents that hang now and then, are bounded too.
	// Once it is reached, calls are let through one at a time, as trials.
	// Zero means DefaultMaxStuckTotal; math.MaxInt is as good as no bound.
	MaxStuckTotal int
	// MaxInFlight bounds all agent and tool calls of this executor that have
	// not returned, abandoned ones and trials included: a call above it fails
	// at once with ErrTooManyInFlight. Zero means no bound.
	MaxInFlight int
	// Backoff is the time from shutting an agent out to the first trial call;
	// it doubles with each trial. Zero means DefaultBackoff.
	Backoff time.Duration
	// Policy says what to do about failures. Empty means BestEffort.
	Policy Policy
	// History is handed to every agent. It is copied, never written.
	History []Message
}

// longest is what any longer duration counts as, some 73 years: two of them, and
// a moment of now, can be added.
const longest = math.MaxInt64 / 4

// WithDefaults returns the configuration with every zero field set to its
// default, or an error that names all fields that make no sense.
func (c Config) WithDefaults() (Config, error) {
	var errs []error
	if c.Runner == nil {
		errs = append(errs, errors.New("Runner: got nil, want the Runner that makes the calls"))
	}
	for _, f := range []struct {
		name     string
		value    *time.Duration
		fallback time.Duration
	}{
		{"AgentTimeout", &c.AgentTimeout, DefaultAgentTimeout},
		{"ToolTimeout", &c.ToolTimeout, DefaultToolTimeout},
		{"Grace", &c.Grace, DefaultGrace},
		{"Backoff", &c.Backoff, DefaultBackoff},
	} {
		if *f.value < 0 {
			errs = append(errs, fmt.Errorf("%s: got %v, want a positive duration, or zero for %v", f.name, *f.value, f.fallback))
		}
		if *f.value == 0 {
			*f.value = f.fallback
		}
		*f.value = min(*f.value, longest)
	}
	for _, f := range []struct {
		name     string
		value    *int
		fallback int
	}{
		{"Limit", &c.Limit, 0},
		{"MaxStuck", &c.MaxStuck, DefaultMaxStuck},
		{"MaxStuckTotal", &c.MaxStuckTotal, DefaultMaxStuckTotal},
		{"MaxInFlight", &c.MaxInFlight, 0},
	} {
		if *f.value < 0 {
			errs = append(errs, fmt.Errorf("%s: got %d, want a positive number, or zero for the default", f.name, *f.value))
		}
		if *f.value == 0 {
			*f.value = f.fallback
		}
	}
	switch c.Policy {
	case "":
		c.Policy = BestEffort
	case BestEffort, FailFast, CollectErrors:
	default:
		errs = append(errs, fmt.Errorf("Policy: got %q, want %q, %q or %q", c.Policy, BestEffort, FailFast, CollectErrors))
	}
	if len(errs) > 0 {
		return c, fmt.Errorf("executor: config: %w", errors.Join(errs...))
	}
	return c, nil
}

// StuckBound is clause 6 as a number: the most calls to one agent that may be
// left behind when the agent has ignored its context for elapsed, with inFlight
// calls to it under way at the moment MaxStuck was reached. It is
// MaxStuck + inFlight + 1 + floor(log2(1 + elapsed/Backoff)), or MaxInFlight
// where that is set and smaller. c must have its defaults filled in.
func (c Config) StuckBound(inFlight int, elapsed time.Duration) int {
	trials := math.Log2(1 + float64(elapsed)/float64(c.Backoff))
	more := inFlight + 1 + int(trials)
	bound := min(c.MaxStuck, math.MaxInt-more) + more
	if c.MaxInFlight > 0 {
		bound = min(bound, c.MaxInFlight)
	}
	return bound
}
