package run

import (
	"regexp"
	"strconv"
	"sync"

	"github.com/watertight-go/watertight/internal/child"
	"github.com/watertight-go/watertight/scenarios"
)

// maxStacks is how many bytes of a child's output a report keeps.
const maxStacks = 16 << 10

// classify adds to o how its process ended: races, a crash, and the limit that was
// met. finished says that there is a result.
func classify(o *scenarios.Observation, end child.Result, finished bool) {
	o.Elapsed = end.Elapsed
	o.Races = end.Races()
	if finished && end.OK() {
		return
	}
	crash := scenarios.Crash(end.Crash(maxStacks))
	o.Crash = &crash
	hit := limitIn(end.Output)
	if hit != nil && o.Limit != nil {
		// The child wrote down the limit that it lowered, and how far it came.
		hit.Lowered, hit.At = o.Limit.Lowered, o.Limit.At
	}
	o.Limit = hit
}

// limits are what the Go runtime and the C library print when the process meets a
// limit.
var limits = sync.OnceValue(func() []limit {
	return []limit{
		{"threads", regexp.MustCompile(`runtime: program exceeds (\d+)-thread limit`)},
		{"threads", regexp.MustCompile(`runtime: failed to create new OS thread \(have (\d+) already`)},
		{"threads", regexp.MustCompile(`runtime/cgo: pthread_create failed`)},
		{"memory", regexp.MustCompile(`fatal error: runtime: (?:cannot allocate memory|out of memory)`)},
		{"memory", regexp.MustCompile(`runtime: out of memory: cannot allocate`)},
		{"descriptors", regexp.MustCompile(`[^\n]*too many open files[^\n]*`)},
	}
})

type limit struct {
	resource string
	text     *regexp.Regexp
}

// limitIn is the first limit that the output names; nil for none.
func limitIn(output string) *scenarios.LimitHit {
	var hit *scenarios.LimitHit
	first := len(output)
	for _, l := range limits() {
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
