package launch

import (
	"bytes"
	"encoding/json"
	"os"
	"time"
)

// watch tells when a test binary hangs and cannot end itself. The hook ends it at the
// time-out, as package testing would, but begins only with the first test.
type watch struct{ hook Hook }

// hung is closed when the binary should long have ended itself. It is nil without a
// time-out.
func (w watch) hung(done <-chan struct{}) <-chan struct{} {
	if w.hook.Timeout <= 0 {
		return nil
	}
	hung := make(chan struct{})
	go func() {
		began, waits := time.Now(), w.patience()
		for {
			timer := time.NewTimer(waits)
			select {
			case <-done:
				timer.Stop()
				return
			case <-timer.C:
			}
			// What the checks have waited for does not count.
			if waits = time.Until(began.Add(w.patience() + w.paused())); waits <= 0 {
				appendRecord(w.hook.Records, `{"event":"hung"}`)
				close(hung)
				return
			}
		}
	}()
	return hung
}

// patience is how long a binary may run where no check waits: its time-out, and as the go
// command has it up to a minute more. A search at the end comes on top.
func (w watch) patience() time.Duration {
	const least, most = 5 * time.Second, time.Minute
	return w.hook.Timeout + min(max(w.hook.Timeout, least), most) + 3*w.hook.Settle
}

// paused is how long checks have waited, as the last record that says so has it.
func (w watch) paused() time.Duration {
	text, err := os.ReadFile(w.hook.Records)
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

func appendRecord(file, line string) {
	f, err := os.OpenFile(file, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return
	}
	defer f.Close()
	_, _ = f.WriteString(line + "\n")
}
