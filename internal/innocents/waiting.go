package innocents

import (
	"context"
	"errors"
	"sync"
)

// waitAll cancels nothing: it waits for all tasks and returns the first error.
func waitAll[T any](ctx context.Context, tasks []func(context.Context) (T, error)) ([]T, error) {
	out := make([]T, len(tasks))
	var wg sync.WaitGroup
	var once sync.Once
	var first error
	for i, task := range tasks {
		wg.Go(func() {
			reporting(func(err error) {
				once.Do(func() { first = err })
			}, func() (err error) {
				if err := ctx.Err(); err != nil {
					return err
				}
				out[i], err = task(ctx)
				return err
			})
		})
	}
	wg.Wait()
	return out, first
}

// asTheyCome returns an error only if no task succeeded.
func asTheyCome[T any](ctx context.Context, tasks []func(context.Context) (T, error)) ([]T, error) {
	var mu sync.Mutex
	var out []T
	var errs []error
	var wg sync.WaitGroup
	for _, task := range tasks {
		wg.Go(func() {
			reporting(func(err error) {
				mu.Lock()
				defer mu.Unlock()
				errs = append(errs, err)
			}, func() error {
				if err := ctx.Err(); err != nil {
					return err
				}
				v, err := task(ctx)
				if err == nil {
					mu.Lock()
					defer mu.Unlock()
					out = append(out, v)
				}
				return err
			})
		})
	}
	wg.Wait()
	if len(out) > 0 {
		return out, nil
	}
	return nil, errors.Join(errs...)
}

// prompt returns at once when a task fails, and when its context is done. The other
// tasks end by themselves.
func prompt[R any](ctx context.Context, tasks []func(context.Context) (R, error)) ([]R, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type answer struct {
		i     int
		value R
		err   error
	}
	answers := make(chan answer, len(tasks))
	for i, task := range tasks {
		go func() {
			a := answer{i: i, err: errExited}
			defer func() { answers <- a }()
			a.value, a.err = task(ctx)
		}()
	}
	out := make([]R, len(tasks))
	for range tasks {
		select {
		case a := <-answers:
			if a.err != nil {
				return nil, a.err
			}
			out[a.i] = a.value
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return out, nil
}

// received is what stream sends.
type received struct {
	body string
	err  error
}

func (r received) text() (string, error) { return r.body, r.err }

// stream closes its channel when all results are sent. It has a place for each result,
// so no task waits for its receiver.
func stream(ctx context.Context, urls []string, get func(context.Context, string) (string, error)) <-chan received {
	out := make(chan received, len(urls))
	var wg sync.WaitGroup
	for _, url := range urls {
		wg.Go(func() {
			r := received{err: ctx.Err()}
			defer func() { out <- r }()
			if r.err == nil {
				r.err = errExited
				r.body, r.err = get(ctx, url)
			}
		})
	}
	go func() {
		wg.Wait()
		close(out)
	}()
	return out
}
