package profiles_test

import (
	"context"
	"fmt"
	"runtime/pprof"
	"sync"

	"github.com/watertight-go/watertight/profiles"
)

// Three agents that hang: what do they leave behind?
func Example() {
	before, err := profiles.Capture(profiles.Goroutine)
	if err != nil {
		fmt.Println(err)
		return
	}
	release := make(chan struct{})
	var agents sync.WaitGroup
	pprof.Do(context.Background(), pprof.Labels("agent", "writer"), func(context.Context) {
		for range 3 {
			agents.Go(func() { <-release })
		}
	})
	after, err := profiles.Capture(profiles.Goroutine)
	if err != nil {
		fmt.Println(err)
		return
	}
	close(release)
	agents.Wait()

	left, err := profiles.Diff(before, after)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(left.ByLabel("agent"))
	for _, e := range left.Top(1) {
		fmt.Println(e.Value, e.Function)
	}
	// left.WriteFile("left.pb.gz") writes what `go tool pprof` opens.
	// Output:
	// map[writer:3]
	// 3 github.com/watertight-go/watertight/profiles_test.Example.func1.1
}
