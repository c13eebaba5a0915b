package search

import (
	"io"
	"runtime"
	"time"

	"github.com/watertight-go/watertight/leak/internal/dump"
	"github.com/watertight-go/watertight/leak/internal/process"
)

// passBesideDump is pass for callers that make a dump next. With many goroutines the
// output takes longer than the proof, so it is written by a goroutine of its own
// meanwhile. finish has to be called after the dump.
func (p *prover) passBesideDump() {
	if runtime.NumGoroutine() > manyGoroutines {
		p.run(p.writeBeside)
	} else {
		p.run(p.write)
	}
}

// manyGoroutines is the number above which writing beside the dump pays.
const manyGoroutines = 1000

// writeBeside writes the profile on a goroutine of its own. It returns when a collection
// has ended that was asked for, which most likely is this pass's.
func (p *prover) writeBeside() {
	before := process.Collections()
	writing := make(chan error, 1)
	profile := p.profile
	p.started++
	go func() {
		dump.MarkProbe()
		writing <- profile.WriteTo(io.Discard, 0)
	}()
	start := time.Now()
	for {
		// Each time that this goroutine wakes up, it takes time from the collection. So it
		// sleeps longer as the pass takes longer, and sees the end late by a thirty-second.
		timer := time.NewTimer(min(max(time.Since(start)/32, 200*time.Microsecond), 2*time.Millisecond))
		select {
		case err := <-writing:
			timer.Stop()
			p.failed(err)
			return
		case <-p.done:
			timer.Stop()
			leaveBehind(writing)
			p.giveUp()
			return
		case <-timer.C:
		}
		if process.Collections() != before {
			p.writing = writing
			return
		}
		if time.Now().After(p.until) {
			leaveBehind(writing)
			p.giveUp()
			return
		}
	}
}

// leaveBehind stops waiting for a pass. No other begins until it has ended.
func leaveBehind(writing chan error) {
	leftBehind.Add(1)
	go func() {
		dump.MarkProbe()
		<-writing
		leftBehind.Add(-1)
	}()
}

// finish waits until no pass is under way. It returns false where the collection after
// which passBesideDump returned was not the pass's own: something was proven only later.
// A pass that takes too long to write its profile goes on; it has proven what it can.
func (p *prover) finish() bool {
	if p.writing == nil {
		return true
	}
	start := time.Now()
	select {
	case err := <-p.writing:
		p.failed(err)
	default:
		p.await()
	}
	p.writing = nil
	p.total += time.Since(start)
	return p.count() == p.proven
}

// await waits for the profile to be written, until the pass is left behind.
func (p *prover) await() {
	timer := time.NewTimer(time.Until(p.until))
	defer timer.Stop()
	select {
	case err := <-p.writing:
		p.failed(err)
	case <-p.done:
		leaveBehind(p.writing)
	case <-timer.C:
		leaveBehind(p.writing)
	}
}
