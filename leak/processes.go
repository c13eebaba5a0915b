package leak

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/watertight-go/watertight/leak/internal/dump"
	"github.com/watertight-go/watertight/leak/internal/inspect"
	"github.com/watertight-go/watertight/leak/internal/process"
	"github.com/watertight-go/watertight/leak/internal/words"
)

// Process is a child process that was left behind.
type Process struct {
	PID int `json:"pid"`
	// Command is its command line. Of one that has exited only the name is known.
	Command string `json:"command"`
	// Exited: it has ended and nobody has waited for it, so it is a zombie.
	Exited bool `json:"exited,omitempty"`
}

// String is the process with what is wrong about it.
func (p Process) String() string {
	if p.Exited {
		return fmt.Sprintf("child process %d, exited and not waited for (is there a Wait for each Start, also after a kill?): %s", p.PID, p.Command)
	}
	return fmt.Sprintf("child process %d, still running: %s", p.PID, p.Command)
}

// goroutines are the conditions on goroutines.
func (a Allow) goroutines() inspect.Allow {
	return inspect.Allow{Func: a.Func, Top: a.Top, CreatedBy: a.CreatedBy, At: a.At, Label: a.Label, Value: a.Value, Reason: a.Reason}
}

// allows reports whether the entry is for this process.
func (a Allow) allows(p Process) bool {
	if a.Process == "" {
		return false
	}
	name, _, _ := strings.Cut(p.Command, " ")
	name = name[strings.LastIndexByte(name, '/')+1:]
	if prefix, ok := strings.CutSuffix(a.Process, "*"); ok {
		return strings.HasPrefix(name, prefix)
	}
	return name == a.Process
}

// processMayStay is nil where the options allow no child process.
func (o Options) processMayStay() func(process.Child) bool {
	if !slices.ContainsFunc(o.Allow, func(a Allow) bool { return a.Process != "" }) {
		return nil
	}
	return func(c process.Child) bool {
		return slices.ContainsFunc(o.Allow, func(a Allow) bool { return a.allows(Process(c)) })
	}
}

// children are the child processes of a snapshot. Known is false where they cannot be
// listed.
type children struct {
	ids   map[int]struct{}
	known bool
}

func takeChildren() children {
	ids, err := process.ChildIDs()
	c := children{ids: make(map[int]struct{}, len(ids)), known: err == nil}
	for _, id := range ids {
		c.ids[id] = struct{}{}
	}
	return c
}

// newIDs are the children that are not in the snapshot, nor reported by an earlier check.
// Where the process has none at all, it takes one system call.
func (c children) newIDs() []int {
	if !c.known || !process.HasChildren() {
		return nil
	}
	ids, err := process.ChildIDs()
	if err != nil {
		return nil
	}
	return slices.DeleteFunc(ids, func(id int) bool {
		_, before := c.ids[id]
		return before || reportedChildren.has(id)
	})
}

// The shortest and the longest pause between two readings of the children.
const (
	shortestPause = time.Millisecond
	longestPause  = 50 * time.Millisecond
)

// settled waits until no new child is left, or the time is over, and returns those that
// are. Time in which the process did not run is not counted.
func (c children) settled(ctx context.Context, limit time.Duration) []process.Child {
	pause := shortestPause
	for waited := time.Duration(0); ; waited += pause {
		ids := c.newIDs()
		if len(ids) == 0 || waited >= limit || ctx.Err() != nil {
			return process.Children(ids)
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
		pause = min(2*pause, longestPause)
	}
}

// findProcesses adds the child processes that are left and not allowed. They get as long
// to end as goroutines that wait, from the start of the search for goroutines.
func (r *Report) findProcesses(ctx context.Context, base *Snapshot, o Options, limit time.Duration) {
	start := time.Now()
	left := base.children.settled(ctx, max(limit-r.Settled, 0))
	r.Settled += time.Since(start)
	allowed := map[string]int{}
	for _, c := range left {
		p := Process(c)
		if i := slices.IndexFunc(o.Allow, func(a Allow) bool { return a.allows(p) }); i >= 0 {
			allowed[o.Allow[i].Reason]++
			continue
		}
		r.Processes = append(r.Processes, p)
	}
	for _, reason := range slices.Sorted(maps.Keys(allowed)) {
		r.AllowedProcesses = append(r.AllowedProcesses, Allowed{Reason: reason, Count: allowed[reason]})
	}
}

// processesLine says how many child processes are left.
func (r Report) processesLine() string {
	exited := 0
	for _, p := range r.Processes {
		if p.Exited {
			exited++
		}
	}
	return fmt.Sprintf("%s left behind: %d running, %d exited and not waited for (waited %s)",
		words.ChildProcesses(len(r.Processes)), len(r.Processes)-exited, exited, words.Duration(r.Settled))
}

// reportedChildren are the child processes that a check has reported. They are not
// reported again.
var reportedChildren processSet

type processSet struct {
	mu  sync.Mutex
	ids map[int]struct{}
}

func (s *processSet) has(id int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, has := s.ids[id]
	return has
}

func (s *processSet) add(id int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ids == nil {
		s.ids = map[int]struct{}{}
	}
	s.ids[id] = struct{}{}
}

// judgeProcesses looks for child processes that the test has left. They belong to the whole
// process.
func (c *checker) judgeProcesses(r *Report) {
	left := c.base.children.newIDs()
	switch {
	case len(left) == 0 || c.self.Bubble != 0:
	case !c.onlyTest():
		r.warn("%s not judged: the test ran in parallel, or another ran at the same time", words.ChildProcesses(len(left)))
	default:
		r.findProcesses(context.Background(), c.base, c.opts, c.config().Settle.Waiting)
		for _, p := range r.Processes {
			reportedChildren.add(p.PID)
		}
	}
}

// inBubble reports whether the calling goroutine is in a synctest bubble, where waiting
// for a process takes no time.
func inBubble() bool {
	self, err := dump.Self()
	return err == nil && self.Bubble != 0
}
