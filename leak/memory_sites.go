package leak

import (
	"cmp"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
)

// allocations reads which code allocated what the heap holds. It is switched on
// only once the heap seems to rise: from then on every allocation is recorded,
// which makes allocating several times slower. It tells two things that the
// size of the heap does not: which line leaks, and that a rise is only the
// runtime's own, which keeps the descriptors of ended goroutines for reuse.
type allocations struct {
	rate int
	// samples are the bytes held that were allocated since the start, without
	// the runtime's own.
	samples []float64
	// first and last are the sites at the first and at the last sample.
	first, last map[string]int64
}

func recordAllocations() *allocations {
	a := &allocations{rate: runtime.MemProfileRate}
	runtime.MemProfileRate = 1
	return a
}

func (a *allocations) stop() { runtime.MemProfileRate = a.rate }

// sample reads the profile of the collections just made.
func (a *allocations) sample() {
	sites := allocated()
	total := int64(0)
	for _, bytes := range sites {
		total += bytes
	}
	a.samples = append(a.samples, float64(total))
	if a.first == nil {
		a.first = sites
	}
	a.last = sites
}

// allocated gives the bytes held by site. The profile is that of the collection
// before the last.
func allocated() map[string]int64 {
	n, _ := runtime.MemProfile(nil, false)
	var records []runtime.MemProfileRecord
	for ok := false; !ok; {
		records = make([]runtime.MemProfileRecord, n+n/8+50)
		n, ok = runtime.MemProfile(records, false)
	}
	sites := map[string]int64{}
	for _, r := range records[:n] {
		if place := allocationSite(r.Stack()); place != "" {
			sites[place] += r.InUseBytes()
		}
	}
	return sites
}

// ownCaches are functions in which the runtime allocates for itself.
var ownCaches = []string{
	"runtime.malg", "runtime.acquireSudog", "runtime.allocm", "runtime.newdefer",
	"runtime.buildTypeAssertCache", "runtime.buildInterfaceSwitchCache",
	// The timer that each goroutine has for its sleeps, and ended ones leave.
	"time.Sleep",
}

// ownPackage is the prefix of this package's functions.
const ownPackage = "github.com/watertight-go/watertight/leak."

// allocationSite is the innermost function of the user's that allocated, with
// its place, or else the innermost outside of the runtime; empty for what the
// runtime or this package allocated for itself.
func allocationSite(pcs []uintptr) string {
	frames := runtime.CallersFrames(pcs)
	fallback := ""
	for {
		f, more := frames.Next()
		switch {
		case hasAnyPrefix(f.Function, ownCaches), strings.HasPrefix(f.Function, ownPackage):
			return ""
		case f.Function == "" || hasAnyPrefix(f.Function, []string{"runtime.", "internal/runtime/"}):
		case !inStandard(f.Function):
			return fmt.Sprintf("%s:%d %s", f.File, f.Line, f.Function)
		case fallback == "":
			fallback = fmt.Sprintf("%s:%d %s", f.File, f.Line, f.Function)
		}
		if !more {
			return fallback
		}
	}
}

// maxPlaces bounds how many places are named.
const maxPlaces = 3

// grown names the sites that hold more than at first, most bytes first.
func (a *allocations) grown(tolerance float64) []string {
	rounds := int64(len(a.samples) - 1)
	if rounds < 1 {
		return nil
	}
	perRound := func(site string) int64 { return (a.last[site] - a.first[site]) / rounds }
	var sites []string
	for _, site := range slices.Sorted(maps.Keys(a.last)) {
		if float64(perRound(site)) > tolerance/2 {
			sites = append(sites, site)
		}
	}
	slices.SortStableFunc(sites, func(x, y string) int { return cmp.Compare(perRound(y), perRound(x)) })
	var lines []string
	for _, site := range sites[:min(len(sites), maxPlaces)] {
		lines = append(lines, fmt.Sprintf("%s per round allocated at %s", bytesOf(float64(perRound(site))), site))
	}
	return lines
}

// bytesOf writes a number of bytes.
func bytesOf(n float64) string {
	switch {
	case n >= 1<<20 || n <= -1<<20:
		return fmt.Sprintf("%.1f MiB", n/(1<<20))
	case n >= 1<<10 || n <= -1<<10:
		return fmt.Sprintf("%.1f KiB", n/(1<<10))
	}
	return fmt.Sprintf("%.0f B", n)
}
