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
	"github.com/watertight-go/watertight/scenarios"
)

// pile is the goroutines that were left behind at one place, in all scenarios.
type pile struct {
	place, by string
	count     int
	classes   map[leak.Class]int
}

// remains says which go statements created the goroutines that an executor left
// behind where it broke a clause.
func remains(x *Index, name string) []string {
	piles := map[string]*pile{}
	total := 0
	for _, c := range x.Report.Cells {
		o := c.Observation
		if o.Executor != name || c.Verdict.Status() != scenarios.Fail || !o.Left.Inspected {
			continue
		}
		for _, f := range o.Left.Leak.Findings {
			at := format.Place(f.File, f.Line)
			p := piles[at]
			if p == nil {
				p = &pile{place: at, by: format.Function(f.CreatedBy), classes: map[leak.Class]int{}}
				piles[at] = p
			}
			p.count += f.Count
			p.classes[f.Class] += f.Count
			total += f.Count
		}
	}
	sorted := slices.SortedFunc(maps.Values(piles), func(a, b *pile) int {
		return cmp.Or(cmp.Compare(b.count, a.count), strings.Compare(a.place, b.place))
	})
	var lines []string
	shown := 0
	for _, p := range sorted[:min(placesShown, len(sorted))] {
		if len(lines) == 0 || p.count >= total/oneIn {
			lines, shown = append(lines, p.String()), shown+p.count
		}
	}
	if more := len(sorted) - len(lines); more > 0 {
		lines[len(lines)-1] += fmt.Sprintf("; and %d at %s", total-shown, plural.Count(more, "more place"))
	}
	return lines
}

// String is as in "leaves 500 blocked goroutines: executor/waitgroup.go:31 ExecuteParallel".
func (p *pile) String() string {
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
	return strings.TrimSpace(fmt.Sprintf("leaves %s goroutines: %s %s", strings.Join(parts, " + "), p.place, p.by))
}
