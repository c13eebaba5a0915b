// Package search finds the goroutines that are left behind. It makes dumps and waits
// between them, until none is left, all that are left are proven to be stuck, or their
// time is over. What a dump says is for package inspect.
//
// The way of a search, which ends as soon as an answer is known:
//
//	nothing was created -> give endings a moment -> a plain dump shows nothing new
//	-> collect and prove -> dump and inspect -> wait for a change, dump again
//	-> confirm goroutines that were seen only once
package search

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"github.com/watertight-go/watertight/leak/internal/dump"
	"github.com/watertight-go/watertight/leak/internal/inspect"
	"github.com/watertight-go/watertight/leak/internal/lineage"
	"github.com/watertight-go/watertight/leak/internal/process"
)

// Config says what to search for. The zero Config searches for all goroutines.
type Config struct {
	Baseline Baseline
	// Settle gives the time that goroutines of each class get to end.
	Settle Settle
	// Test is whose goroutines are searched for; nil for all.
	Test *lineage.Test
	// Allow, Labels and Fail are as in inspect.Inspector.
	Allow  []inspect.Allow
	Labels map[string]string
	Fail   []inspect.Class
	// NoProof makes no pass of the leak profile.
	NoProof bool
	// LeavePassWriting: where all that is left is proven, a pass may still write its
	// profile when the search returns.
	LeavePassWriting bool
	// OnFirstDump is given the first dump before it is read; nil for none.
	OnFirstDump func(dump []byte)
}

// Settle is how long goroutines that are not proven to be stuck get to end, from the
// start of the search. Only time counts in which the search could observe them, and none
// in which goroutines are still being created.
type Settle struct {
	Blocked, Waiting, Running time.Duration
	// Limit bounds the whole wait by the time on the clock; zero for no bound.
	Limit time.Duration
}

// of is the time of one class.
func (s Settle) of(c inspect.Class) time.Duration {
	switch c {
	case inspect.Proven:
		return 0
	case inspect.Blocked:
		return s.Blocked
	case inspect.Waiting:
		return s.Waiting
	}
	return s.Running
}

// shortest is the time that is over first.
func (s Settle) shortest() time.Duration { return min(s.Blocked, s.Waiting, s.Running) }

// Capped is s with no time above limit.
func (s Settle) Capped(limit time.Duration) Settle {
	limit = max(limit, time.Nanosecond)
	return Settle{min(s.Blocked, limit), min(s.Waiting, limit), min(s.Running, limit), limit}
}

// Result is the answer of a search.
type Result struct {
	// Inspection is the last one; nil where none was needed, since nothing is left.
	*inspect.Inspection
	// Settled is how long the search took, Work the part of it that was not spent
	// waiting.
	Settled, Work time.Duration
	// ProofStatus says whether proof was possible; empty where there was no search.
	// ProofTime is how long the passes of the leak profile took together, ProofPasses
	// how many there were.
	ProofStatus ProofStatus
	ProofTime   time.Duration
	ProofPasses int
	// Warnings say what could not be seen.
	Warnings []string
}

// Search is one search.
type Search struct {
	Config
	inspector inspect.Inspector
	dumper    dump.Dumper
	prover    *prover
	// started is prover.started when Inspection.Created was read last.
	started int
	clock
	warnings []string
}

// New returns a search that begins now, on the calling goroutine.
func New(c Config) (*Search, error) {
	self, err := dump.Self()
	if err != nil {
		return nil, fmt.Errorf("leak: find own goroutine: %w", err)
	}
	return &Search{
		Config: c, prover: newProver(c, self.Bubble), clock: newClock(),
		inspector: inspect.Inspector{
			Self: self, Before: c.Baseline.IDs, Test: c.Test, Labels: c.Labels, Allow: c.Allow, Fail: c.Fail,
		},
	}, nil
}

// Run searches. When ctx is done, all times are over. The error says that the search
// could not be made.
func (s *Search) Run(ctx context.Context) (Result, error) {
	s.prover.done = ctx.Done()
	defer s.dumper.Release()
	r := Result{}
	if !process.Created().Still(s.Baseline.Created) {
		s.letEnd(ctx)
		if !s.nothingNew() {
			r.Inspection = s.settle(ctx)
			if !s.LeavePassWriting {
				s.prover.finish()
			}
			if s.prover.err != nil {
				return Result{}, s.prover.err
			}
		}
	}
	r.Work = s.elapsed() - s.slept
	r.Settled = s.wall()
	r.ProofTime, r.ProofPasses = s.prover.total, s.prover.passes
	r.ProofStatus = s.prover.status
	if r.ProofStatus == ProofTooSlow {
		s.warn("a pass of the leak profile was left behind, since it took too long: it goes on, and until it has ended no search proves anything")
	}
	r.Warnings = s.warnings
	return r, nil
}

// letEnd gives goroutines that are about to end a few milliseconds, before anything
// costly is done. It stops where there are many and their number does not fall.
func (s *Search) letEnd(ctx context.Context) {
	for pause := 50 * time.Microsecond; pause < 3*time.Millisecond; pause *= 2 {
		before := runtime.NumGoroutine()
		// Most often one has done its work and only has to be scheduled once more.
		for range 4 {
			if runtime.NumGoroutine() <= s.Baseline.Count || ctx.Err() != nil {
				return
			}
			runtime.Gosched()
		}
		s.sleep(pause)
		if now := runtime.NumGoroutine(); now >= before && now > s.Baseline.Count+MaxPlain {
			return
		}
	}
}

// settle inspects until there is nothing more to wait for.
func (s *Search) settle(ctx context.Context) *inspect.Inspection {
	w := &watch{Search: s, pause: time.Millisecond}
	// With no more goroutines than before most likely none is left, and a collection
	// would be wasted.
	if runtime.NumGoroutine() > s.Baseline.Count {
		w.collectBesideDump()
	}
	if w.canPostpone() {
		w.wait(ctx, s.Settle.shortest())
		// Other classes may have more time.
		w.final = w.cut
	}
	for {
		w.inspect()
		if w.last.Unproven > 0 && w.collections == 0 {
			w.collectBesideDump()
			w.inspect()
		}
		if w.final || s.elapsed() >= w.until() {
			if w.cut || !w.prolong() {
				w.confirm()
				w.judgeTimers()
				return w.last
			}
			w.final = false
		}
		w.wait(ctx, w.until())
	}
}

// undecided is the longest time that goroutines which are left still have; zero where
// all are proven to be stuck or none is left.
func (s *Search) undecided(i *inspect.Inspection) time.Duration {
	longest := time.Duration(0)
	for _, g := range i.Groups {
		if s.inspector.Suspect(g) {
			longest = max(longest, s.Settle.of(g.Class))
		}
	}
	return longest
}

// Inspect makes a dump with labels and inspects it.
func (s *Search) Inspect() *inspect.Inspection {
	count := runtime.NumGoroutine()
	var text []byte
	var created process.Counter
	dump.WithLabels(func() {
		withMarks(func() {
			created, s.started = process.Created(), s.prover.started
			text = s.dumper.All(count)
		})
	})
	if s.OnFirstDump != nil {
		s.OnFirstDump(text)
		s.OnFirstDump = nil
	}
	i := s.inspector.Read(text)
	i.Created = created
	if s.dumper.Truncated {
		i.Unseen = max(count-i.Total, 0)
	}
	i.ExcuseConnections()
	if !s.prover.pending() {
		i.ExcusePools()
	}
	i.SetAside()
	s.inspector.Count(i)
	return i
}

func (s *Search) warn(text string) { s.warnings = append(s.warnings, text) }
