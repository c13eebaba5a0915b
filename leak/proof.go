package leak

import (
	"fmt"
	"io"
	"runtime"
	"runtime/metrics"
	"runtime/pprof"
	"sync"
	"time"
)

// The words of Report.ProofStatus.
const (
	proofProfile = "goroutineleak profile"
	proofMissing = "not proven: this Go has no leak profile"
	proofOff     = "not proven: proof is switched off"
	proofBubble  = "not proven: in a synctest bubble"
	proofNothing = "not needed: nothing is left"
)

// slowProof is the pass after which there is no other: a pass looks again after
// each goroutine that it finds alive, so a chain in which each goroutine holds
// what the next one waits for costs a round of marking per link: ten thousand of
// them took 2 s where as many without a chain took 20 ms.
const slowProof = 500 * time.Millisecond

// marks are those of proven goroutines. Each pass takes all of them away and makes
// them again, so that a dump made meanwhile would lack some.
var marks sync.RWMutex

// prover runs passes of the leak profile.
type prover struct {
	profile *pprof.Profile
	words   string
	passes  int
	last    time.Duration
	total   time.Duration
	// printing is the pass whose profile is still being printed; nil for none.
	// found is what had been proven when pass returned, err the first error.
	printing chan error
	found    int
	err      error
}

func newProver(off bool, bubble uint64) *prover {
	profile := pprof.Lookup("goroutineleak")
	switch {
	case off:
		return &prover{words: proofOff}
	case bubble != 0:
		// What waits in a bubble is held by the bubble.
		return &prover{words: proofBubble}
	case profile == nil:
		return &prover{words: proofMissing}
	}
	return &prover{profile: profile, words: proofProfile}
}

// pass collects garbage, with proof where that is possible. Goroutines that are
// proven to be stuck carry a mark in every dump from then on, but for the time
// that another pass takes. Either way finalizers get their turn, which may end
// goroutines.
//
// The profile is for nobody, but there is no proof without it. With many
// goroutines printing it takes longer than the proof: where a dump is made next,
// beside lets it be printed by a goroutine of its own meanwhile, and done has to
// be called after the dump.
func (p *prover) pass(beside bool) {
	if p.profile == nil || p.passes > 0 && p.last > slowProof {
		runtime.GC()
		return
	}
	marks.Lock()
	defer marks.Unlock()
	start := time.Now()
	if beside && runtime.NumGoroutine() > printBeside {
		p.proveBeside()
	} else {
		p.failed(p.profile.WriteTo(io.Discard, 0))
	}
	p.found = p.count()
	p.last = time.Since(start)
	p.total += p.last
	p.passes++
}

// printBeside is the number of goroutines above which it is worth that.
const printBeside = 1000

// proveBeside writes the profile on a goroutine of its own, and returns when a
// collection has ended that somebody asked for: most likely this one.
func (p *prover) proveBeside() {
	before := forced()
	printing := make(chan error, 1)
	go func() {
		probe()
		printing <- p.profile.WriteTo(io.Discard, 0)
	}()
	start := time.Now()
	for {
		// Each waking takes a moment from the collection.
		timer := time.NewTimer(min(max(time.Since(start)/8, 200*time.Microsecond), 2*time.Millisecond))
		select {
		case err := <-printing:
			timer.Stop()
			p.failed(err)
			return
		case <-timer.C:
		}
		if forced() != before {
			p.printing = printing
			return
		}
	}
}

// done waits until nothing of a pass is under way any more. It is false where the
// collection after which pass returned was not the pass's own: it proved
// something only later.
func (p *prover) done() bool {
	if p.printing == nil {
		return true
	}
	start := time.Now()
	p.failed(<-p.printing)
	p.printing = nil
	p.total += time.Since(start)
	return p.count() == p.found
}

func (p *prover) failed(err error) {
	if err != nil && p.err == nil {
		p.err = fmt.Errorf("leak: prove: write goroutineleak profile: %w", err)
	}
}

// forced is the number of collections that were asked for, as each pass does.
func forced() uint64 {
	sample := [1]metrics.Sample{{Name: "/gc/cycles/forced:gc-cycles"}}
	metrics.Read(sample[:])
	return sample[0].Value.Uint64()
}

// count is the number of goroutines proven to be stuck, the baseline's
// included. It is right only directly after a pass.
func (p *prover) count() int {
	if p.profile == nil {
		return 0
	}
	return p.profile.Count()
}
