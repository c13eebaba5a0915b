package leak

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/watertight-go/watertight/leak/internal/inspect"
)

// Class says how sure it is that a goroutine will never end.
type Class string

const (
	// Proven: the garbage collector, or the goroutine's own state (a nil
	// channel, an empty select), proves that nothing can ever wake it.
	Proven Class = "proven"
	// Blocked: on a channel, lock or condition that something might still wake.
	Blocked Class = "blocked"
	// Waiting: for something outside: I/O, sleep, timer, system call.
	Waiting Class = "waiting"
	// Running: runnable or running.
	Running Class = "running"
)

// allClasses are the classes, surest first.
var allClasses = []Class{Proven, Blocked, Waiting, Running}

// Finding is a group of goroutines left behind at one place.
type Finding struct {
	Class Class `json:"class"`
	Count int   `json:"count"`
	// State is the scheduler's word, as in "chan receive" or "IO wait".
	State string `json:"state"`
	// Wait is the longest time that one of them has been blocked. The runtime
	// tells it in whole minutes.
	Wait time.Duration `json:"waitNs,omitempty"`
	// Note says how the goroutine waits, as in "waits for a ticker; ends only if told", or
	// which line of the user's own has to do with it. It is empty where neither is known.
	Note string `json:"note,omitempty"`
	// Function is the goroutine's innermost function outside of the standard
	// library, Entry its first function.
	Function string `json:"function"`
	Entry    string `json:"entry"`
	// CreatedBy, File and Line are the go statement that created it.
	CreatedBy string `json:"createdBy"`
	File      string `json:"file"`
	Line      int    `json:"line"`
	// Runs is the user's function in a goroutine that a library started, as
	// sync.WaitGroup.Go and errgroup.Group.Go do: the outermost function outside
	// of that library and of the standard library, with its place. It is empty
	// where the go statement is not in a library.
	Runs     string `json:"runs,omitempty"`
	RunsFile string `json:"runsFile,omitempty"`
	RunsLine int    `json:"runsLine,omitempty"`
	// Hint says what was probably forgotten, as in "response body not closed?". It is
	// empty where nothing is known.
	Hint string `json:"hint,omitempty"`
	// Connections is how many connections of a net/http client the goroutines serve, two
	// each.
	Connections int `json:"connections,omitempty"`
	// Labels are its pprof labels.
	Labels map[string]string `json:"labels,omitempty"`
	// Stack is that of one of them, as runtime.Stack prints it.
	Stack string `json:"stack,omitempty"`
}

// newFinding makes a finding of a group.
func newFinding(g *inspect.Group) Finding {
	f := Finding{
		Class: Class(g.Class), Count: len(g.IDs), State: g.Header.State, Wait: g.Header.Wait, Note: g.Note,
		Function: inspect.TopOfInterest(g.Trace), Entry: inspect.Entry(g.Trace),
		CreatedBy: g.Trace.Created.Func, File: g.Trace.Created.File, Line: g.Trace.Created.Line,
		Stack: g.Sample, Connections: g.Connections,
	}
	if frame, ok := inspect.Runs(g.Trace); ok {
		f.Runs, f.RunsFile, f.RunsLine = frame.Func, frame.File, frame.Line
	}
	for _, l := range g.Header.Labels {
		if f.Labels == nil {
			f.Labels = map[string]string{}
		}
		f.Labels[l.Key] = l.Value
	}
	return f
}

// Key is the same for two findings of one kind: class, state, function, creation
// site, the first function, the function that a library was given to run, and labels.
func (f Finding) Key() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s|%s|%s|%s|%s:%d|%s|%s", f.Class, f.State, f.Function, f.CreatedBy, f.File, f.Line, f.Entry, f.Runs)
	for _, k := range slices.Sorted(maps.Keys(f.Labels)) {
		fmt.Fprintf(&b, "|%q=%q", k, f.Labels[k])
	}
	return b.String()
}

// sortFindings puts the user's own code before libraries, then the surest class first,
// then the most goroutines.
func sortFindings(all []Finding) {
	users := func(f Finding) int {
		if _, ok := f.place(); ok {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(all, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(users(a), users(b)),
			cmp.Compare(slices.Index(allClasses, a.Class), slices.Index(allClasses, b.Class)),
			cmp.Compare(b.Count, a.Count),
		)
	})
}
