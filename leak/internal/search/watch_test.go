package search

import (
	"runtime"
	"sync"
	"testing"

	"github.com/watertight-go/watertight/leak/internal/require"
)

// The goroutine that writes the profile of a pass is no reason for another dump. One
// that the code under test has created since is.
func TestOwnPassesAreNoMovement(t *testing.T) {
	if !alone(t) {
		return
	}
	s, err := New(Config{})
	require.NoError(t, err)
	if s.prover.profile == nil {
		t.Skip(string(s.prover.status))
	}
	release := make(chan struct{})
	var all sync.WaitGroup
	for range manyGoroutines + 100 {
		all.Add(1)
		go func() {
			defer all.Done()
			<-release
		}()
	}
	runtime.GC() // whose first run starts goroutines
	w := &watch{Search: s}
	w.inspect()
	w.collect()
	w.sleep(10 * endTime)
	require.Equal(t, 1, s.prover.started)
	require.False(t, w.moved())
	w.inspect()
	require.False(t, w.moved())
	ended := make(chan struct{})
	go close(ended)
	<-ended
	require.True(t, w.moved())
	close(release)
	all.Wait()
}
