package executor

import "runtime"

// filer files results while agents are being started: in a large call on a
// goroutine of its own, since entering a million results into a map takes about
// as long as starting their agents.
type filer struct {
	c *call
	// ends are what the goroutine is to file up to; nil where there is none.
	ends  chan int
	ended chan struct{}
}

// filing says from how many agents on results are filed apart, and how many at a
// time, a multiple of block.
type filing struct{ from, each int }

var filesLarge = filing{from: 50_000, each: 64 * block}

func newFiler(c *call) filer {
	f := filer{c: c}
	if c.results != nil && len(c.slots) >= c.r.filing.from && runtime.GOMAXPROCS(0) > 1 {
		f.ends, f.ended = make(chan int, len(c.slots)/c.r.filing.each+1), make(chan struct{})
		go func() {
			defer close(f.ended)
			for end := range f.ends {
				c.gather(end)
			}
		}()
	}
	return f
}

// upTo files the results of the slots before index end, as far as there are any.
func (f filer) upTo(end int) {
	switch {
	case f.ends == nil:
		f.c.gather(end)
	case end%f.c.r.filing.each == 0:
		f.ends <- end // there is room for all of them
	}
}

// end waits until nothing is filed any more: what the call knows of its results
// is the caller's alone again.
func (f filer) end() {
	if f.ends != nil {
		close(f.ends)
		<-f.ended
	}
}
