package stress

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/watertight-go/watertight/scenarios"
)

const (
	// raceExit is the exit code of a program in which the race detector found
	// something, as its documentation says.
	raceExit = 66
	// maxStacks bounds what of a child's output a report keeps.
	maxStacks = 16 << 10
)

// classify adds to o how its process ended, where that was not as planned, from
// its exit and what it wrote. finished says that the child wrote its result.
func classify(o *scenarios.Observation, e exit, finished bool) {
	o.Elapsed = e.elapsed
	o.Races = scenarios.RaceReports(e.output)
	switch {
	case e.err != nil:
		o.Crash = &scenarios.Crash{Kind: "start", Message: e.err.Error()}
		return
	case e.state == nil:
		o.Crash = &scenarios.Crash{Kind: "start", Message: "the process left no state"}
		return
	case finished && (e.state.Success() || e.state.ExitCode() == raceExit):
		return
	}
	o.Crash = crash(e)
	hit := limitIn(e.output)
	if hit != nil && o.Limit != nil {
		// The child had noted the limit that it lowered, and how far it came.
		hit.Lowered, hit.At = o.Limit.Lowered, o.Limit.At
	}
	o.Limit = hit
}

// crash reads the end of a process from its exit and its output.
func crash(e exit) *scenarios.Crash {
	c := &scenarios.Crash{Kind: "exit", Stacks: scenarios.CutText(e.output, maxStacks)}
	kind, message := scenarios.Complaint(e.output)
	switch {
	case e.late:
		c.Kind = "deadline"
		c.Message = fmt.Sprintf("killed after %v, its deadline", e.elapsed.Round(1e6))
		if !strings.Contains(e.output, "goroutine ") {
			c.Message += "; it left no stacks"
		}
	case kind != "":
		c.Kind, c.Message = kind, message
	case e.state.ExitCode() < 0:
		c.Kind, c.Message = "signal", e.state.String()+", not sent by this tool (out of memory?)"
	default:
		c.Message = fmt.Sprintf("%v without a result", e.state)
		if line, _, _ := strings.Cut(strings.TrimSpace(e.output), "\n"); line != "" {
			c.Message += ": " + line
		}
	}
	return c
}

// limits are what the Go runtime and the C library say when a limit of process
// or machine is reached.
var limits = []struct {
	resource string
	text     *regexp.Regexp
}{
	{"threads", regexp.MustCompile(`runtime: program exceeds (\d+)-thread limit`)},
	{"threads", regexp.MustCompile(`runtime: failed to create new OS thread \(have (\d+) already`)},
	{"threads", regexp.MustCompile(`runtime/cgo: pthread_create failed`)},
	{"memory", regexp.MustCompile(`fatal error: runtime: (?:cannot allocate memory|out of memory)`)},
	{"memory", regexp.MustCompile(`runtime: out of memory: cannot allocate`)},
	{"descriptors", regexp.MustCompile(`[^\n]*too many open files[^\n]*`)},
}

// limitIn finds the first limit that output complains about.
func limitIn(output string) *scenarios.LimitHit {
	var hit *scenarios.LimitHit
	first := len(output)
	for _, l := range limits {
		at := l.text.FindStringSubmatchIndex(output)
		if at == nil || at[0] >= first {
			continue
		}
		first = at[0]
		hit = &scenarios.LimitHit{Resource: l.resource, Message: output[at[0]:at[1]]}
		if len(at) > 3 && at[2] >= 0 {
			hit.Limit, _ = strconv.Atoi(output[at[2]:at[3]])
		}
	}
	return hit
}

// errStopped says that a cell did not run to its end because the run was ended.
var errStopped = errors.New("stopped: the run was interrupted")
