package leak

import (
	"bytes"
	"runtime"
	"runtime/pprof"
	"time"

	"github.com/watertight-go/watertight/leak/internal/dump"
	"github.com/watertight-go/watertight/leak/internal/inspect"
	"github.com/watertight-go/watertight/leak/internal/lineage"
	"github.com/watertight-go/watertight/leak/internal/process"
	"github.com/watertight-go/watertight/leak/internal/search"
	"github.com/watertight-go/watertight/leak/internal/stack"
)

// leftovers is a first answer about what a test has left behind.
type leftovers int

const (
	nothing leftovers = iota
	something
	// unknownOwner: nothing of the test, and goroutines of which no witness tells.
	unknownOwner
)

// glance is a first answer that leaves GODEBUG alone. A plain dump has the creators and
// the functions; where they do not tell, the aggregated goroutine profile has labels.
func (c *checker) glance() leftovers {
	count := runtime.NumGoroutine()
	if process.Created().Still(c.base.goroutines.Created) {
		return c.glanceAtWorkers(count)
	}
	if count > c.base.goroutines.Count+search.MaxPlain {
		return something
	}
	d := dump.Borrow()
	defer d.GiveBack()
	whose := c.plain(d, count)
	if d.Truncated {
		return something
	}
	switch {
	case whose == lineage.Foreign:
		return nothing
	case whose == lineage.Owned || c.test.Presumes() && c.onlyTest() || c.hasLabelled():
		// Where nothing else ran, only an inspection with labels tells whose one is.
		return something
	}
	return unknownOwner
}

// glanceAtWorkers is glance where no goroutine was created: one that was there before may
// run code of the test. One that is about to run gets a moment to do so.
func (c *checker) glanceAtWorkers(count int) leftovers {
	if !c.test.HadWorkers() || count > maxDump {
		return nothing
	}
	d := dump.Borrow()
	defer d.GiveBack()
	for pause := 50 * time.Microsecond; ; pause *= 4 {
		switch hosts, busy := c.test.Hosts(d.All(count)); {
		case hosts:
			return something
		case !busy || pause > time.Millisecond:
			checks.stillAsBefore(c)
			return nothing
		}
		time.Sleep(pause)
	}
}

// plain decides by a plain dump. A worker that was there before may be about to run code
// of the test, and gets a moment to do so.
func (c *checker) plain(d *dump.Dumper, count int) lineage.Ownership {
	for pause := 50 * time.Microsecond; ; pause *= 4 {
		at := process.Created()
		whose, goroutines := c.test.Remaining(d.All(count), count, isSystem)
		checks.saw(goroutines, at)
		if whose != lineage.Foreign || !goroutines.Busy() || pause > time.Millisecond {
			return whose
		}
		time.Sleep(pause)
	}
}

// isSystem reports whether the goroutine of a record is the runtime's or package
// testing's.
func isSystem(r stack.Record) bool {
	return inspect.IsSystem(stack.Header{ID: stack.ID(r.Head)}, stack.ParseBody(r.Body))
}

// hasLabelled reports whether a goroutine has the test's label, by a profile that
// shows labels whatever GODEBUG says.
func (c *checker) hasLabelled() bool {
	var text bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&text, 1); err != nil {
		return true
	}
	return c.test.Labelled(text.Bytes())
}

// onlyTest reports whether no other test has run beside this one. Beside a parallel
// test one without a Check may have come and gone, so there the answer is no.
func (c *checker) onlyTest() bool {
	return !checks.overlapped(c) && c.onlyTestIn(dump.All())
}
