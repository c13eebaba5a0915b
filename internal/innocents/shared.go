package innocents

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/adapt"
)

// pages keeps the pages that were fetched.
type pages struct {
	mu    sync.Mutex
	byURL map[string]string
}

func caching(executor.Config) executor.Spec {
	p := &pages{byURL: map[string]string{}}
	text := func(s string) string { return s }
	return adapt.Map(p.all, func(i int) string { return fmt.Sprintf("https://example.com/%d", i) }, text, text)
}

// all returns the first error, which cancels the other fetches.
func (p *pages) all(ctx context.Context, urls []string, fetch func(context.Context, string) (string, error)) ([]string, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	out := make([]string, len(urls))
	var wg sync.WaitGroup
	for i, url := range urls {
		wg.Go(func() {
			reporting(cancel, func() (err error) {
				out[i], err = p.get(ctx, url, fetch)
				return err
			})
		})
	}
	wg.Wait()
	return out, context.Cause(ctx)
}

func (p *pages) get(ctx context.Context, url string, fetch func(context.Context, string) (string, error)) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	p.mu.Lock()
	page, ok := p.byURL[url]
	p.mu.Unlock()
	if ok {
		return page, nil
	}
	page, err := fetch(ctx, url)
	if err == nil {
		p.mu.Lock()
		p.byURL[url] = page
		p.mu.Unlock()
	}
	return page, err
}

// flights are the fetches under way, which calls share.
type flights struct {
	mu   sync.Mutex
	byID map[string]*flight
}

// flight is one fetch. waiting is how many callers need it; the last one that leaves
// cancels it.
type flight struct {
	waiting int
	cancel  context.CancelFunc
	done    chan struct{}
	value   string
	err     error
}

func sharing(executor.Config) executor.Spec {
	f := &flights{byID: map[string]*flight{}}
	text := func(s string) string { return s }
	return adapt.ByID(f.all, text, text)
}

// all waits for all IDs and returns all errors.
func (f *flights) all(ctx context.Context, ids []string, fetch func(context.Context, string) (string, error)) (map[string]string, error) {
	var mu sync.Mutex
	out, errs := map[string]string{}, []error(nil)
	var wg sync.WaitGroup
	for _, id := range ids {
		wg.Go(func() {
			value, err := f.get(ctx, id, fetch)
			mu.Lock()
			defer mu.Unlock()
			if errs = append(errs, err); err == nil {
				out[id] = value
			}
		})
	}
	wg.Wait()
	return out, errors.Join(errs...)
}

func (f *flights) get(ctx context.Context, id string, fetch func(context.Context, string) (string, error)) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	one := f.join(ctx, id, fetch)
	defer f.leave(id, one)
	select {
	case <-one.done:
		return one.value, one.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// join starts a flight, or joins the one that is under way.
func (f *flights) join(ctx context.Context, id string, fetch func(context.Context, string) (string, error)) *flight {
	f.mu.Lock()
	defer f.mu.Unlock()
	one := f.byID[id]
	if one == nil {
		one = &flight{done: make(chan struct{})}
		ctx, one.cancel = context.WithCancel(context.WithoutCancel(ctx))
		f.byID[id] = one
		go one.run(ctx, id, fetch)
	}
	one.waiting++
	return one
}

// leave ends the flight once nobody waits for it.
func (f *flights) leave(id string, one *flight) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if one.waiting--; one.waiting == 0 {
		one.cancel()
		if f.byID[id] == one {
			delete(f.byID, id)
		}
	}
}

func (one *flight) run(ctx context.Context, id string, fetch func(context.Context, string) (string, error)) {
	one.err = errExited
	defer func() {
		if v := recover(); v != nil {
			one.err = &executor.AgentError{AgentID: id, Err: &executor.PanicError{Value: v, Stack: debug.Stack()}}
		}
		close(one.done)
	}()
	one.value, one.err = fetch(ctx, id)
}
