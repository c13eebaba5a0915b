package adapt_test

import (
	"context"
	"fmt"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/adapt"
	"github.com/watertight-go/watertight/scenarios/scenariotest"
)

// An executor made of a function that runs tasks.
func ExampleEach() {
	x, err := adapt.Each(each).New(executor.Config{Runner: runner(answers)})
	if err != nil {
		panic(err)
	}
	results, err := x.ExecuteParallel(context.Background(), "in", []*executor.Agent{{ID: "a"}, {ID: "bad"}})
	fmt.Println(len(results), results["a"].Content, err)
	// Output: 1 answer of a agent bad failed: bad
}

// A function over IDs that returns a map.
func ExampleByID() {
	fetchAll := func(ctx context.Context, ids []string, fetch func(context.Context, string) (string, error)) (map[string]string, error) {
		pages := map[string]string{}
		return pages, each(ctx, ids, func(ctx context.Context, id string) (err error) {
			pages[id], err = fetch(ctx, id)
			return err
		})
	}
	_ = func(t *testing.T) {
		same := func(text string) string { return text }
		scenariotest.TestSpec(t, adapt.ByID(fetchAll, same, same),
			scenariotest.Policy(executor.CollectErrors))
	}
}

// A function over tasks that returns a slice of values.
func ExampleValues() {
	_ = func(t *testing.T) {
		newPage := func(text string) *page { return &page{body: text} }
		scenariotest.TestSpec(t, adapt.Values(gather, newPage, (*page).text),
			scenariotest.Policy(executor.CollectErrors))
	}
}

// An object with Go and Wait, which cancels the other tasks when one fails.
func ExampleGroup() {
	_ = func(t *testing.T) {
		scenariotest.TestSpec(t, adapt.Group(errgroup.WithContext),
			scenariotest.Policy(executor.FailFast))
	}
}

// The same without a context. It waits for all tasks.
func ExampleGroup_withoutContext() {
	_ = func(t *testing.T) {
		scenariotest.TestSpec(t, adapt.Group(func(ctx context.Context) (*errgroup.Group, context.Context) {
			return &errgroup.Group{}, ctx
		}), scenariotest.Policy(executor.FirstError))
	}
}

// A pool with Submit. Here all tasks run on one goroutine.
func ExamplePool() {
	_ = func(t *testing.T) {
		scenariotest.TestSpec(t, adapt.Pool(func(ctx context.Context) (func(func()), func()) {
			p := &inline{}
			return p.submit, p.wait
		}), scenariotest.Policy(executor.CollectErrors), scenariotest.Bounds(executor.Bounds{Limit: 1}))
	}
}

// A function that returns a channel of results.
func ExampleChannel() {
	stream := func(ctx context.Context, ids []string, get func(context.Context, string) (string, error)) <-chan page {
		out := make(chan page, len(ids))
		go func() {
			defer close(out)
			for _, id := range ids {
				body, err := get(ctx, id)
				out <- page{body, err}
			}
		}()
		return out
	}
	_ = func(t *testing.T) {
		same := func(text string) string { return text }
		scenariotest.TestSpec(t, adapt.Channel(stream, same, func(p page) (string, error) { return p.body, p.err }),
			scenariotest.Policy(executor.CollectErrors))
	}
}

// A fan-out that obeys the limit that it is told.
func ExampleConfigured() {
	_ = func(t *testing.T) {
		scenariotest.TestSpec(t, adapt.Configured(func(c executor.Config) executor.Spec {
			return adapt.Group(func(ctx context.Context) (*errgroup.Group, context.Context) {
				g, ctx := errgroup.WithContext(ctx)
				if c.Limit > 0 {
					g.SetLimit(c.Limit)
				}
				return g, ctx
			})
		}), scenariotest.Policy(executor.FailFast))
	}
}
