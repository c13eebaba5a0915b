package gate

import (
	"fmt"
	"math"
	"strconv"
)

const (
	// allocSlack is what a mean of allocations may differ by without one more
	// being made in each request.
	allocSlack = 0.5
	// allocPart is the same for requests with very many of them, a part of the whole.
	allocPart = 0.002
	// bytesPart is how much more bytes may be allocated: size classes differ
	// between patch releases of Go.
	bytesPart = 0.02
	// leftSlack is how many goroutines or descriptors may be left in a request:
	// one in a hundred requests is none.
	leftSlack = 0.01
	// retainedSlack is how many bytes may be: what the look itself keeps.
	retainedSlack = 256
)

// cost compares what is exact, or so nearly that no statistics is needed.
func (c *comparison) cost(was, is CostRow) {
	for _, f := range []struct {
		name             string
		was, is, allowed float64
	}{
		{"allocs", was.Allocs, is.Allocs, was.Allocs + max(allocSlack, allocPart*was.Allocs)},
		{"alloc-bytes", was.AllocBytes, is.AllocBytes, was.AllocBytes*(1+bytesPart) + 16},
		{"goroutines", was.Goroutines, is.Goroutines, max(was.Goroutines, 0) + leftSlack},
		{"descriptors", was.Descriptors, is.Descriptors, max(was.Descriptors, 0) + leftSlack},
		{"retained-bytes", was.RetainedBytes, is.RetainedBytes, max(was.RetainedBytes, 0) + retainedSlack},
	} {
		row := Row{Name: is.name() + "/" + f.name, Status: OK, Got: figure(f.is), Want: fmt.Sprintf("%s, at most %s", figure(f.was), figure(f.allowed)),
			value: f.is, ceiled: true}
		slack := f.allowed - max(f.was, 0)
		switch {
		case math.IsNaN(f.is) || math.IsNaN(f.was):
			row.Status, row.Note = Unknown, "no number"
		case f.name == "descriptors" && is.NoDescriptors != "":
			row.Status, row.Got, row.Note = Unsure, "not counted", printable(is.NoDescriptors)
		case f.is > f.allowed:
			row.Status = Worse
		case f.is < f.was-slack:
			row.Status = Better
		}
		c.add(row)
	}
}

func (c *comparison) newCost(is CostRow) {
	c.add(Row{Name: is.name(), Status: New, Got: fmt.Sprintf("%s allocations", figure(is.Allocs)), Want: "not in the baseline"})
}

func (c *comparison) newTime(is TimeRow) {
	c.add(Row{Name: is.name(), Status: New, Got: ratio(medianOf(is.Ratios)), Want: "not in the baseline"})
}

// time compares the ratios to the floor.
func (c *comparison) time(was, is TimeRow, threshold float64) {
	row := Row{Name: is.name(), ceiled: true}
	batches := c.batches[is.name()]
	if len(batches) == 0 {
		row.Status, row.Got, row.Want = Unknown, "no samples", fmt.Sprintf("%d samples or more", MinSamples)
		c.add(row)
		return
	}
	for _, samples := range append([][]float64{was.Ratios}, batches...) {
		if err := positive(is.name(), samples); err != nil {
			row.Status, row.Got, row.Note = Unknown, "no ratio", err.Error()
			c.add(row)
			return
		}
		if len(samples) < MinSamples {
			row.Status, row.Got = Unknown, fmt.Sprintf("%d samples", len(samples))
			row.Want = fmt.Sprintf("%d samples or more", MinSamples)
			c.add(row)
			return
		}
	}
	status, e, note := judgeBatches(was.Ratios, batches, threshold, c.opts.Alpha)
	row.Status, row.Note, row.value = status, note, e.is
	row.Got = fmt.Sprintf("%s (%s)", ratio(e.is), percent(e.change))
	row.Want = fmt.Sprintf("%s, %s at most", ratio(e.was), percent(max(threshold, e.noise)))
	first, _ := compareSamples(was.Ratios, batches[0], c.opts.Alpha).judge(threshold, c.opts.Alpha)
	row.again = len(batches) == 1 && (first == Worse || first == Unsure)
	c.add(row)
}

func ratio(v float64) string { return fmt.Sprintf("%.2f x floor", v) }

// figure is a number with three decimals at most.
func figure(v float64) string {
	return strconv.FormatFloat(round(v), 'f', -1, 64)
}
