//go:build !fixed

// Package stranger is somebody else's project: a fan-out of its own with a leak
// in it, tested in ten lines. `go test` fails and names the line of the leak;
// `go test -tags fixed` tests the mended fan-out.
package stranger

import "context"

// FetchAll fetches all URLs at once, and gives up at the first error.
func FetchAll(ctx context.Context, urls []string, fetch func(context.Context, string) ([]byte, error)) ([][]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type page struct {
		place int
		body  []byte
		err   error
	}
	pages := make(chan page)
	for i, url := range urls {
		go func() { // the leak: nobody receives from pages after the first error
			body, err := fetch(ctx, url)
			pages <- page{i, body, err}
		}()
	}
	bodies := make([][]byte, len(urls))
	for range urls {
		p := <-pages
		if p.err != nil {
			return bodies, p.err
		}
		bodies[p.place] = p.body
	}
	return bodies, nil
}
