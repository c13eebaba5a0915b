package casestudy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/internal/format"
	"github.com/watertight-go/watertight/internal/loads"
	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/scenarios"
)

// accumulated is the accumulation in open loop of an executor, on the machine's
// clock. ok is false where it did not run to its end.
func accumulated(r *reports.Report, executor string) (o scenarios.Observation, ok bool) {
	c, ok := r.Find(executor, loads.Accumulation)
	o = c.Observation.OnMachine()
	return o, ok && o.Left.Inspected
}

func accumulationOf(executor string) string {
	return "scenario " + loads.Accumulation + " of " + executor
}

// cells are the cells of an executor that ran to their end or crashed, without
// those of the race binary.
func cells(r *reports.Report, executor string) []scenarios.Cell {
	var list []scenarios.Cell
	for _, c := range r.Cells {
		if o := c.Observation; o.Executor == executor && !o.Race && (o.Left.Inspected || o.Crash != nil) {
			list = append(list, c)
		}
	}
	return list
}

// within reports whether measured is within a factor of wanted, either way.
func within(measured, wanted, factor float64) bool {
	return measured >= wanted/factor && measured <= wanted*factor
}

// createdAt is where most of what is left was created, as the end of a sentence.
func createdAt(o scenarios.Observation) string {
	if at := place(o); at != "" {
		return "; created at " + at
	}
	return ""
}

// place is where most of what is left was created, as "folder/file:line". The
// findings of the cell hold the whole path.
func place(o scenarios.Observation) string {
	if len(o.Left.Leak.Findings) == 0 {
		return ""
	}
	f := o.Left.Leak.Findings[0]
	if f.File == "" {
		return ""
	}
	return format.Place(f.File, f.Line)
}

// names lists the first three names, sorted, and how many more there are.
func names(all []string) string {
	const most = 3
	all = slices.Sorted(slices.Values(all))
	if len(all) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(all[:most], ", "), len(all)-most)
	}
	return strings.Join(all, ", ")
}

func goroutines(n int) string { return plural.Count(n, "goroutine") }

func callers(n int) string { return plural.Count(n, "caller") }

const bytesPerMiB = 1 << 20

func mib(bytes float64) string { return fmt.Sprintf("%.1f MiB", bytes/bytesPerMiB) }
