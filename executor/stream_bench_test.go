package executor

import (
	"context"
	"fmt"
	"iter"
	"testing"

	"golang.org/x/sync/errgroup"
)

// fanIn is what is written by hand: an errgroup, a channel and a select.
func fanIn(ctx context.Context, s Streamer, agents []*Agent, buffer int) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		g, ctx := errgroup.WithContext(ctx)
		events := make(chan Event, buffer)
		for _, a := range agents {
			g.Go(func() error {
				for delta, err := range s.StreamAgent(ctx, a, "q", nil) {
					if err != nil {
						return err
					}
					select {
					case events <- Event{AgentID: a.ID, Delta: delta}:
					case <-ctx.Done():
						return ctx.Err()
					}
				}
				return nil
			})
		}
		go func() { _ = g.Wait(); close(events) }()
		for e := range events {
			if !yield(e, nil) {
				return
			}
		}
	}
}

// BenchmarkStream merges streams of a thousand pieces, by the reference and by hand.
func BenchmarkStream(b *testing.B) {
	for _, n := range []int{5, 100} {
		runner, ids := talkers{}, []string{}
		for i := range n {
			id := fmt.Sprint("a", i)
			ids = append(ids, id)
			runner[id] = func(_ context.Context, yield func(string, error) bool) {
				for range 1000 {
					if !yield("piece", nil) {
						return
					}
				}
			}
		}
		agents := withIDs(ids...)
		r, err := New(Config{Runner: runner})
		if err != nil {
			b.Fatal(err)
		}
		for name, stream := range map[string]func() iter.Seq2[Event, error]{
			"reference": func() iter.Seq2[Event, error] { return r.Stream(b.Context(), "q", agents) },
			"by-hand":   func() iter.Seq2[Event, error] { return fanIn(b.Context(), runner, agents, 0) },
			"buffered":  func() iter.Seq2[Event, error] { return fanIn(b.Context(), runner, agents, StreamBuffer) },
		} {
			b.Run(fmt.Sprintf("%s/streams=%d", name, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					events := 0
					for range stream() {
						events++
					}
					if events < n*1000 {
						b.Fatalf("got %d events, want %d", events, n*1000)
					}
				}
			})
		}
	}
}
