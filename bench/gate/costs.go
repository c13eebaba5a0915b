package gate

import (
	"fmt"
	"math"

	"github.com/watertight-go/watertight/bench/gate/internal/baseline"
	"github.com/watertight-go/watertight/bench/gate/internal/format"
	"github.com/watertight-go/watertight/bench/gate/result"
)

const (
	// allocSlack is how much the mean number of allocations may rise. One more
	// allocation in each request is more than that.
	allocSlack = 0.5
	// allocPart is the same as a part of the whole, for requests with very many
	// allocations.
	allocPart = 0.002
	// bytesPart and bytesSlack are how many more bytes may be allocated. Size
	// classes differ between patch releases of Go.
	bytesPart  = 0.02
	bytesSlack = 16
	// leftSlack is how many more goroutines or descriptors a request may leave:
	// one in a hundred requests counts as none.
	leftSlack = 0.01
	// retainedSlack is how many more bytes a request may retain: what the
	// measurement itself keeps.
	retainedSlack = 256
)

// cost compares figures that vary so little that no statistics are needed.
func (c *comparison) cost(was, is baseline.CostRow) {
	for _, f := range []struct {
		name             string
		was, is, allowed float64
	}{
		{"allocs", was.Allocs, is.Allocs, was.Allocs + max(allocSlack, allocPart*was.Allocs)},
		{"alloc-bytes", was.AllocBytes, is.AllocBytes, was.AllocBytes*(1+bytesPart) + bytesSlack},
		{"goroutines", was.Goroutines, is.Goroutines, max(was.Goroutines, 0) + leftSlack},
		{"descriptors", was.Descriptors, is.Descriptors, max(was.Descriptors, 0) + leftSlack},
		{"retained-bytes", was.RetainedBytes, is.RetainedBytes, max(was.RetainedBytes, 0) + retainedSlack},
	} {
		row := result.Row{Name: is.Name() + "/" + f.name, Status: result.OK, Figure: &f.is,
			Got: format.Number(f.is), Want: fmt.Sprintf("%s, at most %s", format.Number(f.was), format.Number(f.allowed))}
		slack := f.allowed - max(f.was, 0)
		switch {
		case math.IsNaN(f.is) || math.IsNaN(f.was):
			row.Status, row.Note = result.Unknown, "not a number"
		case f.name == "descriptors" && is.NoDescriptors != "":
			row.Status, row.Got, row.Note = result.Unsure, "not counted", format.Printable(is.NoDescriptors)
		case f.is > f.allowed:
			row.Status = result.Worse
		case f.is < f.was-slack:
			row.Status = result.Better
		}
		c.add(row)
	}
}

func (c *comparison) newCost(is baseline.CostRow) {
	c.add(result.Row{Name: is.Name(), Status: result.New, Got: format.Number(is.Allocs) + " allocations", Want: "not in the baseline"})
}
