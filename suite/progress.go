package suite

import (
	"fmt"
	"io"
	"sync"

	"github.com/watertight-go/watertight/internal/plural"
)

// report writes the line of a package that has ended.
func (r *run) report(f *found) {
	if len(f.tests) == 0 && f.Error == "" {
		return
	}
	text := fmt.Sprintf("%s: %s", f.Path, plural.Count(len(f.tests), "test"))
	if n := len(f.blamed()); n > 0 {
		text += fmt.Sprintf(", %d left something", n)
	}
	if n := f.count(Failed); n > 0 {
		text += fmt.Sprintf(", %d failed", n)
	}
	if n := f.count(NotEnded) + f.count(NotRun); n > 0 {
		text += fmt.Sprintf(", %d did not end", n)
	}
	if f.Error != "" && len(f.tests) == 0 {
		text = f.Path + ": no test ran"
	}
	fmt.Fprintln(r.progress, text)
}

// inTurn lets one write happen at a time: the go command's errors, its events and the watch
// over what hangs come from goroutines of their own.
type inTurn struct {
	mu sync.Mutex
	to io.Writer
}

// Write writes when no other write is under way.
func (w *inTurn) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.to.Write(p)
}
