package observe

import (
	"fmt"
	"runtime"
	"slices"
	"strings"

	"go.uber.org/goleak"

	"github.com/watertight-go/watertight/scenarios"
)

// tooMany is the number of goroutines from which on goleak is not asked. It stops
// the world for each of its copies of all stacks, which takes seconds then.
const tooMany = 1000

// askGoleak returns the answer of the second witness.
func (c *cell) askGoleak(ours scenarios.Leftovers) scenarios.Witness {
	switch n := runtime.NumGoroutine(); {
	case c.opts.Clock == scenarios.VirtualClock:
		return scenarios.Witness{Why: "not run: it cannot tell this bubble from the rest of the process"}
	case !c.opts.Goleak:
		return scenarios.Witness{Why: "not run: not asked for"}
	case n >= tooMany:
		return scenarios.Witness{Why: fmt.Sprintf("not run: too many goroutines (%d)", n)}
	}
	return c.goleakAnswer(ours)
}

func (c *cell) goleakAnswer(ours scenarios.Leftovers) scenarios.Witness {
	w := scenarios.Witness{Asked: true}
	var creators map[string]int
	if err := goleak.Find(c.goleakIgnores); err != nil {
		creators = creatorsIn(err.Error())
	}
	for _, n := range creators {
		w.Found += n
	}
	w.Differs = differences(creators, ours)
	for _, a := range ours.Leak.Allowed {
		if w.Differs != "" {
			w.Differs += fmt.Sprintf("; package leak excuses %d: %s", a.Count, a.Reason)
		}
	}
	return w
}

// creatorsIn counts the goroutines in goleak's answer, which exists as text
// only, by the function that created them.
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

// differences says where the two witnesses differ: in how many goroutines each
// function created.
func differences(theirs map[string]int, ours scenarios.Leftovers) string {
	if !ours.Inspected {
		return ""
	}
	counts := creatorsOf(ours)
	var parts []string
	for by, n := range theirs {
		if counts[by] != n {
			parts = append(parts, fmt.Sprintf("created by %s: goleak saw %d, package leak %d", by, n, counts[by]))
		}
	}
	for by, n := range counts {
		if _, both := theirs[by]; !both {
			parts = append(parts, fmt.Sprintf("created by %s: goleak saw none, package leak %d", by, n))
		}
	}
	slices.Sort(parts)
	return strings.Join(parts, "; ")
}

// creatorsOf counts the goroutines of our own report by the function that
// created them.
func creatorsOf(ours scenarios.Leftovers) map[string]int {
	creators := map[string]int{}
	for _, f := range ours.Leak.Findings {
		by := f.CreatedBy
		if by == "" {
			by = "unknown"
		}
		creators[by] += f.Count
	}
	return creators
}
