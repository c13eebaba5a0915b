package growth

import (
	"cmp"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/watertight-go/watertight/leak/internal/inspect"
	"github.com/watertight-go/watertight/leak/internal/words"
)

// allocations reads which code allocated what the heap holds. It is switched on only once
// the heap seems to rise: from then on every allocation is recorded, which makes
// allocating several times slower. It tells two things that the size of the heap does not:
// which line leaks, and whether a rise is only the runtime's own, which keeps the
// descriptors of ended goroutines for reuse.
type allocations struct {
	// samples are the bytes held that were allocated since the start, without the
	// runtime's own.
	samples []float64
	// before, first and last are the sites when recording began, at the first and at the
	// last sample.
	before, first, last map[string]int64
	// timersBefore and timers are the timers with a function that are held, when recording
	// began and at the last reading.
	timersBefore, timers int64
	// hadTimers: timers were pending at some reading, and the heap rises and falls with
	// them.
	hadTimers bool
}

// everyAllocation puts runtime.MemProfileRate back when the last user has stopped.
var everyAllocation struct {
	sync.Mutex
	users, rate int
}

func recordAllocations() *allocations {
	a := &allocations{}
	a.before, a.timersBefore = heldSites()
	a.timers = a.timersBefore
	everyAllocation.Lock()
	defer everyAllocation.Unlock()
	if everyAllocation.users == 0 {
		everyAllocation.rate, runtime.MemProfileRate = runtime.MemProfileRate, 1
	}
	everyAllocation.users++
	return a
}

func (a *allocations) stop() {
	everyAllocation.Lock()
	defer everyAllocation.Unlock()
	if everyAllocation.users--; everyAllocation.users == 0 {
		runtime.MemProfileRate = everyAllocation.rate
	}
}

// sample reads the profile of the collections just made.
func (a *allocations) sample() {
	sites := a.read()
	a.samples = append(a.samples, float64(total(sites)))
	if a.first == nil {
		a.first = sites
	}
	a.last = sites
}

// read reads the profile and counts the timers.
func (a *allocations) read() map[string]int64 {
	sites, timers := heldSites()
	a.timers = timers
	a.hadTimers = a.hadTimers || a.pending() > 0
	return sites
}

// since is how many bytes of sites were not yet held when recording began.
func (a *allocations) since(sites map[string]int64) (sum int64) {
	for site, bytes := range sites {
		sum += max(bytes-a.before[site], 0)
	}
	return sum
}

// pending is the number of timers set since recording began that are held. Nothing tells
// whether one will ever fire.
func (a *allocations) pending() int64 { return max(a.timers-a.timersBefore, 0) }

// grown names the sites that hold more than at first.
func (a *allocations) grown(tolerance float64) []string {
	return grown(a.first, a.last, len(a.samples)-1, tolerance)
}

// grown names the sites that rise by more than half of the tolerance per round, most bytes
// first.
func grown(first, last map[string]int64, rounds int, tolerance float64) []string {
	if rounds < 1 {
		return nil
	}
	perRound := func(site string) int64 { return (last[site] - first[site]) / int64(rounds) }
	var sites []string
	for _, site := range slices.Sorted(maps.Keys(last)) {
		if float64(perRound(site)) > tolerance/2 {
			sites = append(sites, site)
		}
	}
	slices.SortStableFunc(sites, func(x, y string) int { return cmp.Compare(perRound(y), perRound(x)) })
	var lines []string
	for _, site := range sites[:min(len(sites), maxPlaces)] {
		lines = append(lines, fmt.Sprintf("%s per round allocated at %s", words.Bytes(float64(perRound(site))), site))
	}
	return lines
}

func total(sites map[string]int64) (sum int64) {
	for _, bytes := range sites {
		sum += bytes
	}
	return sum
}

// heldSites gives the bytes held by allocation site, and the number of timers that have a
// function. The profile is that of the collection before the last.
func heldSites() (sites map[string]int64, timers int64) {
	n, _ := runtime.MemProfile(nil, false)
	var records []runtime.MemProfileRecord
	for ok := false; !ok; {
		records = make([]runtime.MemProfileRecord, n+n/8+50)
		n, ok = runtime.MemProfile(records, false)
	}
	sites = map[string]int64{}
	for _, r := range records[:n] {
		if setsTimer(r.Stack()) {
			timers += r.InUseObjects()
		}
		if site := allocationSite(r.Stack()); site != "" {
			sites[site] += r.InUseBytes()
		}
	}
	return sites, timers
}

// setsTimer reports whether the stack allocates a timer with a function. A timer with a
// channel that nobody holds is collected, whether it has fired or not.
func setsTimer(pcs []uintptr) bool {
	frames := runtime.CallersFrames(pcs)
	for {
		f, more := frames.Next()
		switch {
		case f.Function == "time.AfterFunc":
			return true
		case strings.HasPrefix(f.Function, timersHeap):
			return false
		case !more || f.Function != "time.newTimer" && !strings.HasPrefix(f.Function, "runtime."):
			return false
		}
	}
}

// timersHeap are the functions of the runtime's heap of timers, which grows with the most
// timers that were ever pending.
const timersHeap = "runtime.(*timers)."

// ownCaches are functions in which the runtime allocates for itself.
var ownCaches = []string{
	"runtime.malg", "runtime.acquireSudog", "runtime.allocm", "runtime.newdefer",
	"runtime.buildTypeAssertCache", "runtime.buildInterfaceSwitchCache",
	// The timer that each goroutine has for its sleeps, and ended ones leave.
	"time.Sleep",
	timersHeap,
}

// ownPackages are the prefixes of the functions of this module. They are literals, since
// they are rewritten where the module is part of another one.
var ownPackages = []string{
	"github.com/watertight-go/watertight/leak.",
	"github.com/watertight-go/watertight/leak/internal/",
}

// notUsers are prefixes of functions that allocate for themselves where no other is on the
// stack. Package testing keeps what it knows of tests.
var notUsers = []string{"runtime.", "internal/runtime/", "testing."}

// allocationSite is the innermost function of the user's that allocated, with its place.
// Where there is none it is the innermost outside of the runtime and package testing. It is
// empty for what these or this module allocated for themselves.
func allocationSite(pcs []uintptr) string {
	frames := runtime.CallersFrames(pcs)
	fallback := ""
	for {
		f, more := frames.Next()
		switch {
		case hasAnyPrefix(f.Function, ownCaches), hasAnyPrefix(f.Function, ownPackages):
			return ""
		case f.Function == "" || hasAnyPrefix(f.Function, notUsers):
		case !inspect.InStandardLibrary(f.Function):
			return fmt.Sprintf("%s:%d %s", f.File, f.Line, f.Function)
		case fallback == "":
			fallback = fmt.Sprintf("%s:%d %s", f.File, f.Line, f.Function)
		}
		if !more {
			return fallback
		}
	}
}

func hasAnyPrefix(name string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(name, p) })
}
