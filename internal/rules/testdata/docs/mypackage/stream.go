package mypackage

import (
	"context"
	"sync"
)

// Chunk is a piece of a model's answer, or why there are no more.
type Chunk struct {
	Model, Text string
	Err         error
}

// Merge sends what all answers send, and closes the channel after the last.
func Merge(ctx context.Context, answers ...<-chan Chunk) <-chan Chunk {
	out := make(chan Chunk)
	var wg sync.WaitGroup
	for _, answer := range answers {
		wg.Go(func() {
			for c := range answer {
				select {
				case out <- c:
				case <-ctx.Done():
					return
				}
			}
		})
	}
	go func() {
		wg.Wait()
		close(out)
	}()
	return out
}
