package view

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/internal/format"
	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/reports/internal/source"
	"github.com/watertight-go/watertight/scenarios"
)

// The verdict names the place that left most goroutines behind, and up to two
// others that left at least one in twenty.
const (
	placesShown = 3
	oneIn       = 20
)

// leftovers says where the goroutines come from that an executor left behind
// in the scenarios whose contract it broke.
func leftovers(x *Index, name string) []string {
	places, total := countByPlace(x, name), 0
	for _, p := range places {
		total += p.count
	}
	var lines []string
	shown := 0
	for _, p := range places[:min(placesShown, len(places))] {
		if len(lines) == 0 || p.count >= total/oneIn {
			lines, shown = append(lines, p.String()), shown+p.count
		}
	}
	if more := len(places) - len(lines); more > 0 {
		lines[len(lines)-1] += fmt.Sprintf("; and %d at %s", total-shown, plural.Count(more, "more place"))
	}
	return lines
}

// placeCount counts the goroutines that one place left behind in all scenarios.
type placeCount struct {
	origin  string
	count   int
	classes map[leak.Class]int
}

// countByPlace counts by origin, the largest count first. Callers that wait for
// the executor have a line of their own, see blockedText.
func countByPlace(x *Index, name string) []*placeCount {
	counts := map[string]*placeCount{}
	for _, c := range x.Report.Cells {
		o := c.Observation.OnMachine()
		if o.Executor != name || c.Verdict.Status() != scenarios.Fail || !o.Left.Inspected {
			continue
		}
		for _, f := range o.Left.Leak.Findings {
			if o.IsCaller(f) && o.Totals.Blocked > 0 {
				continue // blockedText counts them
			}
			origin := Origin(x.Report, o, f)
			p := counts[origin]
			if p == nil {
				p = &placeCount{origin: origin, classes: map[leak.Class]int{}}
				counts[origin] = p
			}
			p.count += f.Count
			p.classes[f.Class] += f.Count
		}
	}
	return slices.SortedFunc(maps.Values(counts), func(a, b *placeCount) int {
		return cmp.Or(cmp.Compare(b.count, a.count), strings.Compare(a.origin, b.origin))
	})
}

// Origin is the place that a goroutine comes from, in a few words. The user's
// own line comes first, as in "executor/mine.go:41 Run, created at
// errgroup/errgroup.go:78 Go". A caller of the harness is named by the executor
// that it waits for.
func Origin(r *reports.Report, o scenarios.Observation, f leak.Finding) string {
	b := source.Of(r, o, f)
	switch {
	case b.Caller && b.At.File == "":
		return "callers that wait for the executor"
	case b.Caller:
		return format.Place(b.At.File, b.At.Line) + ": callers that wait for the executor"
	case !b.At.Inside && b.Created.File != "", b.At == b.Created:
		// Nothing of it is in the repository.
		return placeOf(f.File, f.Line, f.CreatedBy)
	}
	text := placeOf(b.At.File, b.At.Line, b.Function)
	if b.Created.File != "" {
		text += ", created at " + placeOf(b.Created.File, b.Created.Line, f.CreatedBy)
	}
	return text
}

func placeOf(file string, line int, function string) string {
	return strings.TrimSpace(format.Place(file, line) + " " + format.Function(function))
}

// String is as in "leaves 500 blocked goroutines: executor/waitgroup.go:31 ExecuteParallel".
func (p *placeCount) String() string {
	var parts []string
	known := 0
	for _, class := range []leak.Class{leak.Proven, leak.Blocked, leak.Waiting, leak.Running} {
		if n := p.classes[class]; n != 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, class))
			known += n
		}
	}
	if p.count != known {
		parts = append(parts, fmt.Sprintf("%d of another class", p.count-known))
	}
	return fmt.Sprintf("leaves %s %s: %s", strings.Join(parts, " + "), plural.Form(p.count, "goroutine", "goroutines"), p.origin)
}
