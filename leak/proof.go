package leak

import (
	"fmt"
	"io"
	"runtime"
	"runtime/pprof"
	"time"
)

// The words of Report.Proof.
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

// prover runs passes of the leak profile.
type prover struct {
	profile *pprof.Profile
	words   string
	passes  int
	last    time.Duration
	total   time.Duration
}

func newProver(p Proof, bubble uint64) *prover {
	profile := pprof.Lookup("goroutineleak")
	switch {
	case p == ProofOff:
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
// proven to be stuck carry a mark in every dump from then on. Either way
// finalizers get their turn, which may end goroutines.
func (p *prover) pass() error {
	if p.profile == nil || p.passes > 0 && p.last > slowProof {
		runtime.GC()
		return nil
	}
	start := time.Now()
	err := p.profile.WriteTo(io.Discard, 0)
	p.last = time.Since(start)
	p.total += p.last
	p.passes++
	if err != nil {
		return fmt.Errorf("leak: prove: write goroutineleak profile: %w", err)
	}
	return nil
}

// count is the number of goroutines proven to be stuck, the baseline's
// included. It is right only directly after a pass.
func (p *prover) count() int {
	if p.profile == nil {
		return 0
	}
	return p.profile.Count()
}
