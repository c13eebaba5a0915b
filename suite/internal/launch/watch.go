package launch

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

// Watch ends what the go command would wait for without need: a test binary that hangs and
// cannot end itself, and processes that hold the output of a binary that has ended. The
// go command cannot, since its own time-out is longer by far than the user's: the time of
// checks does not count.
type Watch struct {
	// Dir is the folder with the files of records.
	Dir string
	// Timeout is the user's; zero for no limit. Settle is hook.Config.Settle.
	Timeout, Settle time.Duration
	// Progress gets a line for what was ended.
	Progress io.Writer

	mu      sync.Mutex
	running map[string]*watched
}

// watched is a package whose tests run.
type watched struct {
	path, dir string
	began     time.Time
	binary    *Binary
	// asked is when its binary was asked for its stacks, since it hangs. ended is when it
	// was first seen to have ended.
	asked, ended time.Time
	// killed: a binary whose hook has not begun was killed. freed: what was done about
	// processes that hold the output of one that has ended was said.
	killed, freed bool
}

const (
	// watchEvery is how often the watch looks.
	watchEvery = 500 * time.Millisecond
	// stacksTime is how long a binary may take to write its stacks.
	stacksTime = 2 * time.Second
	// leastWait and mostWait bound times that go with the time-out.
	leastWait, mostWait = 5 * time.Second, time.Minute
)

// Begin notes that the go command starts the test binary of a package, in the folder dir.
func (w *Watch) Begin(key, path, dir string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.running == nil {
		w.running = map[string]*watched{}
	}
	w.running[key] = &watched{path: path, dir: dir, began: time.Now()}
}

// End notes that the go command has ended a package, and reports whether its test binary
// did hang.
func (w *Watch) End(key string) (hung bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	r := w.running[key]
	delete(w.running, key)
	return r != nil && !r.asked.IsZero()
}

// Run watches until ctx ends. It calls stop where a binary hangs that cannot be ended
// without all others.
func (w *Watch) Run(ctx context.Context, stop func()) {
	ticker := time.NewTicker(watchEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-ticker.C:
			if !w.inspect(now) {
				stop()
			}
		}
	}
}

// inspect looks at all packages that run. It returns false where it cannot end what hangs.
func (w *Watch) inspect(now time.Time) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	ok := true
	for key, r := range w.running {
		file := Records(w.Dir, key)
		if r.binary == nil {
			r.binary = readBinary(file)
		}
		switch {
		case !r.asked.IsZero():
			ok = r.kill(w.Dir, now) && ok
		case r.binary != nil && r.binary.hasEnded():
			w.free(r, now)
		case w.hangs(r, file, now):
			r.asked = now
			if r.binary != nil {
				r.binary.quit()
			}
		}
	}
	return ok
}

// kill ends a binary that was asked for its stacks.
func (r *watched) kill(temp string, now time.Time) bool {
	switch {
	case r.binary == nil:
		r.killed = killUnattached(temp, r.dir) > 0 || r.killed
		return r.killed
	case now.Sub(r.asked) > stacksTime:
		r.binary.kill()
		r.binary.killHolders()
	}
	return true
}

// free ends what holds the output of a binary that has ended, when the go command would
// have waited as long.
func (w *Watch) free(r *watched, now time.Time) {
	if r.ended.IsZero() {
		r.ended = now
	}
	wait := w.outputWait()
	if wait <= 0 || now.Sub(r.ended) < wait {
		return
	}
	text := "processes that its tests have left held their output open for %v, and were ended"
	if r.binary.killHolders() == 0 {
		text = "its test binary ended %v ago, and its output has not: a process that cannot be found may hold it"
	}
	if !r.freed {
		r.freed = true
		fmt.Fprintf(w.Progress, "%s: "+text+"\n", r.path, wait)
	}
}

// outputWait is how long the go command waits for the output of a test binary that has
// ended; zero without a time-out, when it waits for ever.
func (w *Watch) outputWait() time.Duration {
	if w.Timeout <= 0 {
		return 0
	}
	return max(w.Timeout/10, leastWait)
}

// hangs reports whether a binary should long have ended itself. The hook ends it at the
// time-out, as package testing would, but begins only with the first test.
func (w *Watch) hangs(r *watched, file string, now time.Time) bool {
	limit := r.began.Add(w.patience())
	// What the checks have waited for does not count.
	return w.Timeout > 0 && now.After(limit) && now.After(limit.Add(paused(file)))
}

// patience is how long a binary may run where no check waits: its time-out, and as the go
// command has it up to a minute more. A search at the end comes on top.
func (w *Watch) patience() time.Duration {
	return w.Timeout + min(max(w.Timeout, leastWait), mostWait) + 3*w.Settle
}

// paused is how long checks have waited, as the last record that says so has it.
func paused(file string) time.Duration {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0
	}
	var longest time.Duration
	for line := range bytes.Lines(text) {
		var r struct {
			Paused time.Duration `json:"pausedNs"`
		}
		if json.Unmarshal(line, &r) == nil {
			longest = max(longest, r.Paused)
		}
	}
	return longest
}
