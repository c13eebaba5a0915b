package search

import (
	"fmt"
	"io"
	"runtime"
	"runtime/pprof"
	"sync"
	"sync/atomic"
	"time"
)

// ProofStatus says in words whether proof was possible.
type ProofStatus string

const (
	ByProfile     ProofStatus = "goroutineleak profile"
	ProofMissing  ProofStatus = "not proven: this Go has no leak profile"
	ProofOff      ProofStatus = "not proven: proof is switched off"
	ProofInBubble ProofStatus = "not proven: in a synctest bubble"
	ProofTooSlow  ProofStatus = "not proven: a pass of the leak profile took too long"
	NotNeeded     ProofStatus = "not needed: nothing is left"
)

// slowPass is the pass after which there is no other. A pass marks again for each
// goroutine that it finds alive. Where each goroutine of a chain holds what the next one
// waits for, it costs a round of marking per goroutine: ten thousand of them took 2 s,
// and as many without a chain 20 ms.
const slowPass = 500 * time.Millisecond

// A pass that takes longer than patience, and patienceEach for each goroutine, is left
// behind: nothing can stop it. A chain of a hundred thousand goroutines takes minutes.
const (
	patience     = 3 * time.Second
	patienceEach = 4 * time.Microsecond
)

// leftBehind is how many passes are under way that no search waits for. Beside one, the
// process cannot begin another, nor any collection.
var leftBehind atomic.Int32

// marks guards those of proven goroutines. Each pass removes all of them and makes them
// again, so that a dump made meanwhile would lack some.
var marks sync.RWMutex

// withMarks runs f, which makes a dump, while no pass is under way, except for one that
// was left behind.
func withMarks(f func()) {
	marks.RLock()
	defer marks.RUnlock()
	f()
}

// prover asks the garbage collector which goroutines nothing can ever wake. It does so
// through the profile "goroutineleak" (Go 1.27, or 1.26 with
// GOEXPERIMENT=goroutineleakprofile). The runtime marks such goroutines in every later
// dump.
type prover struct {
	// status says whether the prover can prove anything.
	status ProofStatus
	// profile is nil where it cannot.
	profile *pprof.Profile
	// passes is how many passes were made, last how long the last one took, total how
	// long all of them took.
	passes      int
	last, total time.Duration
	// lastCollection is how long the last collection took, with or without proof.
	lastCollection time.Duration
	// started is how many goroutines the passes have started.
	started int
	// writing is the pass that still writes its profile; nil for none. proven is what
	// had been proven when pass returned.
	writing chan error
	proven  int
	// err is the first error of a pass.
	err error
	// done is closed when the search is to end. until is when the pass that is under way
	// is left behind.
	done  <-chan struct{}
	until time.Time
}

// newProver returns the prover of a search in a bubble; zero stands for no bubble. What
// waits in a synctest bubble is held by the bubble, so nothing is proven there.
func newProver(c Config, bubble uint64) *prover {
	profile := pprof.Lookup("goroutineleak")
	switch {
	case c.NoProof:
		return &prover{status: ProofOff}
	case bubble != 0:
		return &prover{status: ProofInBubble}
	case profile == nil:
		return &prover{status: ProofMissing}
	}
	return &prover{status: ByProfile, profile: profile}
}

// pending reports whether a pass could prove something and none has been made.
func (p *prover) pending() bool { return p.profile != nil && p.passes == 0 }

// pass collects garbage, with proof where that is possible. Goroutines that are proven
// to be stuck have a mark in every dump from then on, except while another pass runs.
// Either way finalizers run, which may end goroutines.
//
// The output of the profile is discarded; writing it triggers the detection.
func (p *prover) pass() { p.run(p.write) }

func (p *prover) run(write func()) {
	if leftBehind.Load() > 0 {
		p.giveUp()
		return
	}
	if p.profile == nil || p.passes > 0 && p.last > slowPass {
		start := time.Now()
		runtime.GC()
		p.lastCollection = time.Since(start)
		return
	}
	marks.Lock()
	defer marks.Unlock()
	start := time.Now()
	p.until = start.Add(patience + time.Duration(runtime.NumGoroutine())*patienceEach)
	write()
	p.last = time.Since(start)
	p.lastCollection = p.last
	p.total += p.last
	p.passes++
	if leftBehind.Load() == 0 {
		p.proven = p.count()
	}
}

// giveUp says that nothing more will be proven.
func (p *prover) giveUp() {
	if p.profile != nil {
		p.profile, p.status = nil, ProofTooSlow
	}
}

// write is for few goroutines, whose pass is short.
func (p *prover) write() {
	if runtime.NumGoroutine() > manyGoroutines {
		p.writeBeside()
		p.finish()
		return
	}
	p.failed(p.profile.WriteTo(io.Discard, 0))
}

func (p *prover) failed(err error) {
	if err != nil && p.err == nil {
		p.err = fmt.Errorf("leak: prove: write goroutineleak profile: %w", err)
	}
}

// count is the number of goroutines in the process that are proven to be stuck. It is
// right only directly after a pass.
func (p *prover) count() int {
	if p.profile == nil {
		return 0
	}
	return p.profile.Count()
}
