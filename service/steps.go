package service

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/watertight-go/watertight/profiles"
	"github.com/watertight-go/watertight/service/load"
)

// The names of the phases besides those of rounds.
const (
	phaseWarm     = "warm-up"
	phaseBaseline = "baseline"
)

// The warm-up fills caches and pools: as many requests as fit, a few at a time. Where the
// service is too slow for that rate, it may take longer.
const (
	warmRate     = 1000
	warmRequests = 2000
	warmLonger   = 2
	warmAtOnce   = 32
	// quietBetween is how long nothing may fall between two rounds, at most.
	quietBetween = 1500 * time.Millisecond
)

// steps runs the service through the warm-up and all rounds.
func (s *side) steps(ctx context.Context) error {
	if err := s.warm(ctx); err != nil {
		return err
	}
	for round := 1; round <= s.o.Rounds; round++ {
		if err := s.round(ctx, round); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// phase runs a part of the run, and notes how long it took.
func (s *side) phase(name string, do func() error) error {
	s.printf("%s", name)
	i := len(s.run.Phases)
	s.run.Phases = append(s.run.Phases, Phase{Name: name, From: time.Since(s.started)})
	err := do()
	s.run.Phases[i].To = time.Since(s.started)
	return err
}

func (s *side) warm(ctx context.Context) error {
	err := s.phase(phaseWarm, func() error {
		o := s.requests(load.Options{Rate: warmRate, For: warmLonger * s.o.Warm, MostInFlight: warmAtOnce, Most: warmRequests, Clients: s.o.Clients})
		return s.watched(ctx, func(ctx context.Context) (err error) {
			s.run.Warm, err = load.Run(ctx, o)
			return err
		})
	})
	if err != nil {
		return err
	}
	s.printf("%d requests", s.run.Warm.Sent)
	return s.phase(phaseBaseline, func() error {
		s.upstream.CloseIdle()
		if err := s.census(ctx, Baseline, 0, s.quiet(0)); err != nil {
			return err
		}
		s.warmed = s.upstream.Counts().Requests
		var err error
		s.base, err = s.count(ctx)
		return err
	})
}

// quiet is how long nothing may fall in a round; 0 is the baseline.
func (s *side) quiet(round int) time.Duration {
	if round == s.o.Rounds {
		return s.o.Settle
	}
	return min(quietBetween, s.o.Settle)
}

// round plays the faults under load, and counts what is left.
func (s *side) round(ctx context.Context, n int) error {
	quiet := s.quiet(n)
	err := s.phase(fmt.Sprintf("round %d: load", n), func() error {
		s.upstream.Play(s.o.Schedule)
		return s.load(ctx, n)
	})
	if err != nil {
		return err
	}
	err = s.phase(fmt.Sprintf("round %d: settle", n), func() error {
		s.upstream.CloseIdle()
		return s.census(ctx, Hanging, n, quiet)
	})
	if err != nil {
		return err
	}
	err = s.phase(fmt.Sprintf("round %d: recovery", n), func() error {
		s.upstream.Release()
		return s.recover(ctx, n)
	})
	if err != nil {
		return err
	}
	return s.phase(fmt.Sprintf("round %d: released", n), func() error {
		s.upstream.CloseIdle()
		return s.census(ctx, Released, n, quiet)
	})
}

// The requests after the faults of a round: what healthy answers leave behind is seen only
// then, and whether the service recovers.
const (
	recoveryRate = 2 // times that of the faults
	recoveryTime = time.Second
)

func (s *side) recover(ctx context.Context, n int) error {
	o := s.requests(load.Options{Rate: recoveryRate * s.o.Rate, For: recoveryTime, Clients: s.o.Clients, First: s.next()})
	var beside sync.WaitGroup
	defer beside.Wait()
	if n == s.o.Rounds {
		beside.Go(func() { s.trace(ctx, recoveryTime) })
	}
	return s.watched(ctx, func(ctx context.Context) error {
		r, err := load.Run(ctx, o)
		s.run.Recoveries = append(s.run.Recoveries, r)
		return err
	})
}

// load sends the requests of a round. Beside it the service is watched, asked for its
// health, and at the end of the last round traced.
func (s *side) load(ctx context.Context, n int) error {
	o := s.requests(load.Options{Rate: s.o.Rate, For: s.o.Each, Clients: s.o.Clients, First: s.next()})
	var beside sync.WaitGroup
	if n == s.o.Rounds {
		beside.Go(func() {
			if wait(ctx, s.o.Each-traceTime) {
				s.trace(ctx, min(s.o.Each, traceTime))
			}
		})
	}
	beside.Go(func() { s.checkHealth(ctx, n) })
	err := s.watched(ctx, func(ctx context.Context) error {
		r, err := load.Run(ctx, o)
		s.run.Loads = append(s.run.Loads, r)
		return err
	})
	beside.Wait()
	if err == nil {
		s.addPeak(n)
	}
	return err
}

// checkHealth asks the ready check late in the load of a round.
func (s *side) checkHealth(ctx context.Context, round int) {
	if !wait(ctx, s.o.Each*4/5) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, s.o.Patience)
	defer cancel()
	began := time.Now()
	h := Health{Round: round}
	if err := s.ready(ctx); err != nil {
		h.Trouble = err.Error()
	}
	h.Took = time.Since(began)
	s.run.Health = append(s.run.Health, h)
}

// watched samples the service while something runs, whose context ends where the service
// has ended.
func (s *side) watched(ctx context.Context, do func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	var beside sync.WaitGroup
	beside.Go(func() {
		for wait(ctx, pollEvery) {
			if c, err := s.count(ctx); err == nil {
				s.sample(c)
			}
		}
	})
	beside.Go(func() {
		select {
		case <-s.process.Ended():
			cancel()
		case <-ctx.Done():
		}
	})
	err := do(ctx)
	cancel()
	beside.Wait()
	select {
	case <-s.process.Ended():
		return errEnded
	default:
		return err
	}
}

// heapEvery is how many samples have one value of the heap.
const heapEvery = 4

// sample adds a point to the curves.
func (s *side) sample(c counts) {
	x := Sample{At: c.at.Sub(s.started), Goroutines: c.total, Descriptors: c.descriptors, Heap: -1}
	if len(s.run.Samples)%heapEvery == 0 {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if p, err := s.server.Profile(ctx, profiles.Heap); err == nil {
			x.Heap = float64(p.SumOf("inuse_space"))
		}
	}
	s.run.Samples = append(s.run.Samples, x)
	follow(s.resting, c)
	if s.peak.total <= c.total {
		s.peak = c
	}
}

// addPeak adds the census of the moment with most goroutines since the last peak.
func (s *side) addPeak(round int) {
	if s.peak.total == 0 {
		return
	}
	c := Census{Stage: Peak, Round: round, At: s.peak.at.Sub(s.started), Sent: s.run.sent(), Processes: s.process.Processes()}
	c.Goroutines, c.Descriptors = floor([]counts{s.peak})
	s.run.Censuses = append(s.run.Censuses, c)
	s.peak = counts{}
}
