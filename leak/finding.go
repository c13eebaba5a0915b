package leak

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/watertight-go/watertight/leak/internal/inspect"
	"github.com/watertight-go/watertight/leak/internal/words"
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
	// Note says what a goroutine in a select or receive waits for, where that is known,
	// as in "waits for a ticker; ends only if told".
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
		Stack: g.Sample,
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
// site, the function that a library was given to run, and labels.
func (f Finding) Key() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s|%s|%s|%s|%s:%d|%s", f.Class, f.State, f.Function, f.CreatedBy, f.File, f.Line, f.Runs)
	for _, k := range slices.Sorted(maps.Keys(f.Labels)) {
		fmt.Fprintf(&b, "|%q=%q", k, f.Labels[k])
	}
	return b.String()
}

// String is the finding with its sample stack. The place of the go statement comes
// first, as editors read it.
func (f Finding) String() string {
	var b strings.Builder
	if f.CreatedBy != "" {
		fmt.Fprintf(&b, "%s:%d: ", f.File, f.Line)
	}
	fmt.Fprintf(&b, "%s, %s [%s", words.Goroutines(f.Count), f.Class, f.State)
	if f.Wait > 0 {
		fmt.Fprintf(&b, ", %d minutes", int(f.Wait/time.Minute))
	}
	b.WriteString("]")
	if f.Function != "" {
		b.WriteString(", in " + f.Function)
	}
	if f.Note != "" {
		b.WriteString("\n    " + f.Note)
	}
	if f.CreatedBy != "" {
		b.WriteString("\n    created by " + f.CreatedBy)
	}
	if f.Runs != "" {
		fmt.Fprintf(&b, "\n    running %s at %s:%d", f.Runs, f.RunsFile, f.RunsLine)
	}
	for _, k := range slices.Sorted(maps.Keys(f.Labels)) {
		fmt.Fprintf(&b, "\n    label %s: %s", k, f.Labels[k])
	}
	if f.Stack != "" {
		b.WriteString("\n    one of them:")
		for _, line := range trimStack(f.Stack) {
			b.WriteString("\n        " + line)
		}
	}
	return b.String()
}

// A stack of more than framesShown frames is printed without its middle: the
// innermost innerShown frames, and the outermost of the rest.
const (
	framesShown = 14
	innerShown  = 9
)

// trimStack is a stack without arguments and offsets, and a long one without its
// middle. A frame has two lines, the goroutine's header one.
func trimStack(text string) []string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if place, ok := strings.CutPrefix(line, "\t"); ok {
			place, _, _ = strings.Cut(place, " +0x")
			lines[i] = "    " + place
		} else if open := strings.LastIndexByte(line, '('); i > 0 && open > 0 && strings.HasSuffix(line, ")") && !strings.HasPrefix(line, "created by ") {
			lines[i] = line[:open]
		}
	}
	if most := 1 + 2*framesShown; len(lines) > most {
		head, tail := 1+2*innerShown, 2*(framesShown-innerShown)
		elided := fmt.Sprintf("... %d frames ...", (len(lines)-head-tail)/2)
		lines = append(append(slices.Clone(lines[:head]), elided), lines[len(lines)-tail:]...)
	}
	return lines
}
