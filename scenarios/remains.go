package scenarios

import (
	"context"
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"time"

	"go.uber.org/goleak"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/mocks"
)

// Remains is what a look at the process found.
type Remains struct {
	// Looked is false where the look did not happen: nothing may be concluded.
	Looked bool `json:"looked"`
	// Leak is the finding of package leak.
	Leak leak.Report `json:"leak"`
	// ByAgent are the goroutines that the agents' own code started, or that
	// wait in an agent that ignores its context; ByExecutor the others, among
	// them callers blocked behind agents.
	ByAgent    int `json:"byAgent"`
	ByExecutor int `json:"byExecutor"`
	// AgentOwn are those of ByAgent that an agent's code started itself: no
	// executor could have known of them.
	AgentOwn int `json:"agentOwn,omitempty"`
	// Goleak is the second witness.
	Goleak Witness `json:"goleak"`
}

// Witness is what go.uber.org/goleak answered when asked the same.
type Witness struct {
	// Asked is false where it was not run; Why says the reason then.
	Asked bool   `json:"asked"`
	Why   string `json:"why,omitempty"`
	// Found is how many goroutines it named.
	Found int `json:"found"`
	// Differs says, in words, how it disagrees with our own check, and why.
	Differs string `json:"differs,omitempty"`
}

// lookOptions look at the whole process on the machine's clock, since a cell
// has a process to itself there. A bubble has neighbours, and package leak looks
// at its goroutines only. That is all of them, and more than those that carry
// the cell's labels: timers call their functions without any, and a library may
// set its own in their place.
func (c *cell) lookOptions() leak.Options {
	o := leak.Options{Settle: c.opts.Settle}
	if c.opts.Clock == VirtualClock {
		o.NoProof = true // a collection for each of many small cells
		return o
	}
	o.Heap, o.Descriptors = true, true
	return o
}

// buildCounting is build, and sets Options.built where it is asked for.
func (c *cell) buildCounting(ctx context.Context, spec executor.Spec) error {
	if c.opts.built == nil {
		return c.build(spec)
	}
	before := leak.Take()
	if err := c.build(spec); err != nil {
		return err
	}
	r, err := leak.Find(context.WithoutCancel(ctx), before, c.lookOptions())
	if err != nil {
		c.warn("goroutines of the executor itself: %v", err)
	}
	*c.opts.built = r.Goroutines
	return nil
}

// takeBase notes what is there before the first request.
func (c *cell) takeBase() {
	// The first timer of a process opens two descriptors, which are not the cell's.
	time.Sleep(time.Nanosecond)
	c.base = leak.Take(c.lookOptions())
	if c.opts.Goleak {
		c.goleakIgnores = goleak.IgnoreCurrent()
	}
}

// look finds what is left since the base.
func (c *cell) look(ctx context.Context) Remains {
	report, err := leak.Find(context.WithoutCancel(ctx), c.base, c.lookOptions())
	if err != nil {
		c.warn("leftovers: %v", err)
		return Remains{}
	}
	r := Remains{Looked: true, Leak: report}
	for _, f := range report.Findings {
		switch {
		case startedByAgent(c.s, f):
			r.ByAgent += f.Count
			r.AgentOwn += f.Count
		case inAgent(f):
			r.ByAgent += f.Count
		default:
			r.ByExecutor += f.Count
		}
	}
	return r
}

// mocksPrefix is what the names of the agents' functions start with.
var mocksPrefix = reflect.TypeFor[mocks.FaultRunner]().PkgPath() + "."

// startedByAgent says that the goroutine was created by an agent's own code, a
// client on the wire included.
func startedByAgent(s Scenario, f leak.Finding) bool {
	return s.OnWire() && ofClient(f) || strings.HasPrefix(f.Entry, mocksPrefix) || strings.HasPrefix(f.CreatedBy, mocksPrefix)
}

// StartedByAgent says that the goroutine was created by an agent's own code, of
// which no executor could have known; in a wire scenario the client is the agent's.
func StartedByAgent(o Observation, f leak.Finding) bool {
	return o.Wire != nil && ofClient(f) || startedByAgent(Scenario{}, f)
}

// IsHarness says that the goroutine is a caller, which this package started: it
// is left behind where an executor does not return.
func IsHarness(f leak.Finding) bool { return strings.HasPrefix(f.CreatedBy, packagePrefix) }

// packagePrefix is how the functions of this package are named in a stack.
var packagePrefix = reflect.TypeFor[Scenario]().PkgPath() + "."

// inAgent says that the goroutine is inside an agent's or a tool's code.
func inAgent(f leak.Finding) bool {
	return strings.HasPrefix(f.Function, mocksPrefix) || strings.Contains(f.Stack, "\n"+mocksPrefix)
}

// tooMany is from how many goroutines on goleak is not asked: it stops the
// world for each of its copies, for seconds in all.
const tooMany = 1000

// askGoleak is the second witness's answer to what was left.
func (c *cell) askGoleak(ours Remains) Witness {
	switch n := runtime.NumGoroutine(); {
	case c.opts.Clock == VirtualClock:
		return Witness{Why: "not run: it cannot tell this bubble from the rest of the process"}
	case !c.opts.Goleak:
		return Witness{Why: "not run: not asked for"}
	case n >= tooMany:
		return Witness{Why: fmt.Sprintf("not run: too many goroutines (%d)", n)}
	}
	w := Witness{Asked: true}
	var creators map[string]int
	if err := goleak.Find(c.goleakIgnores); err != nil {
		creators = creatorsIn(err.Error())
	}
	for _, n := range creators {
		w.Found += n
	}
	w.Differs = differs(creators, ours)
	for _, a := range ours.Leak.Allowed {
		if w.Differs != "" {
			w.Differs += fmt.Sprintf("; package leak excuses %d: %s", a.Count, a.Reason)
		}
	}
	return w
}

// creatorsIn counts goleak's goroutines by the function that created them. Its
// findings exist as text only.
func creatorsIn(text string) map[string]int {
	creators := map[string]int{}
	for block := range strings.SplitSeq(text, "Goroutine ") {
		if !strings.Contains(block, " in state ") {
			continue
		}
		by := "unknown"
		if _, rest, found := strings.Cut(block, "created by "); found {
			by, _, _ = strings.Cut(rest, "\n")
			by, _, _ = strings.Cut(by, " in goroutine ")
		}
		creators[by]++
	}
	return creators
}

// differs says where the two witnesses disagree: how many goroutines each saw
// of every function that created some.
func differs(theirs map[string]int, ours Remains) string {
	if !ours.Looked {
		return ""
	}
	mine := map[string]int{}
	for _, f := range ours.Leak.Findings {
		by := f.CreatedBy
		if by == "" {
			by = "unknown"
		}
		mine[by] += f.Count
	}
	var parts []string
	for by, n := range theirs {
		if mine[by] != n {
			parts = append(parts, fmt.Sprintf("created by %s: goleak saw %d, package leak %d", by, n, mine[by]))
		}
	}
	for by, n := range mine {
		if _, both := theirs[by]; !both {
			parts = append(parts, fmt.Sprintf("created by %s: goleak saw none, package leak %d", by, n))
		}
	}
	slices.Sort(parts)
	return strings.Join(parts, "; ")
}
