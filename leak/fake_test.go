package leak_test

import (
	"fmt"
	"sync"
	"time"

	"github.com/watertight-go/watertight/leak"
)

// fakeT records failures, and runs its cleanups as package testing does.
type fakeT struct {
	name     string
	mu       sync.Mutex
	cleanups []func()
	failures []string
	logs     []string
}

func (f *fakeT) Helper()          {}
func (f *fakeT) Name() string     { return f.name }
func (f *fakeT) Cleanup(c func()) { f.cleanups = append(f.cleanups, c) }

func (f *fakeT) Errorf(format string, args ...any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.failures = append(f.failures, fmt.Sprintf(format, args...))
}

func (f *fakeT) Logf(format string, args ...any) {
	f.logs = append(f.logs, fmt.Sprintf(format, args...))
}

// run runs a test body and its cleanups in a goroutine of its own.
func (f *fakeT) run(body func(t leak.TestingT)) {
	done := make(chan bool)
	go func() {
		defer close(done)
		body(f)
		for len(f.cleanups) > 0 {
			last := len(f.cleanups) - 1
			c := f.cleanups[last]
			f.cleanups = f.cleanups[:last]
			c()
		}
	}()
	<-done
}

// shortT has a deadline that is nearer than the budgets.
type shortT struct {
	fakeT
	deadline time.Time
}

func (s *shortT) Deadline() (time.Time, bool) { return s.deadline, true }
