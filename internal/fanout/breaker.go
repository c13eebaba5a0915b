package fanout

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/watertight-go/watertight/executor"
)

// Breaker is the circuit breaker of an agent, or of a tool, that has abandoned calls.
type Breaker struct {
	// Tool is the tool's name. It is empty for an agent.
	Tool string
	// StuckAt has an entry for each abandoned call that has not returned: when
	// it counts as stuck. A caller that cancels early abandons calls that are not stuck.
	StuckAt []time.Time
	// Open says that calls are refused until NextTrial.
	Open      bool
	NextTrial time.Time
	Backoff   time.Duration
}

// Stuck returns how many calls are stuck.
func (b *Breaker) Stuck(now time.Time) (n int) {
	for _, at := range b.StuckAt {
		if !at.After(now) {
			n++
		}
	}
	return n
}

// Admit opens the breaker once MaxStuck calls are stuck. It then lets one trial
// call through after Backoff, and the backoff doubles with each trial.
func Admit(b *Breaker, now time.Time, c executor.Config) error {
	n := b.Stuck(now)
	if n < c.MaxStuck {
		b.Open = false
		return nil
	}
	if !b.Open {
		b.Open, b.Backoff = true, c.Backoff
		b.NextTrial = now.Add(b.Backoff)
	}
	if now.Before(b.NextTrial) {
		return fmt.Errorf("%w: %d", executor.ErrAgentStuck, n)
	}
	b.Backoff *= 2
	b.NextTrial = now.Add(b.Backoff)
	return nil
}

// InTime closes the breaker after a success. It forgets the calls that are still
// stuck, because they would open the breaker again at once.
func InTime(b *Breaker, err error) {
	if err == nil {
		*b = Breaker{Tool: b.Tool}
	}
}

// key is what can be stuck: an agent, or a tool of an agent.
type key struct{ agent, tool string }

// run is one call of an agent or a tool. The breakers' lock guards returned and
// abandoned; both are true for a call that returned after it was abandoned.
type run struct {
	key                 key
	stuckAt             time.Time
	returned, abandoned bool
}

// breakers has a breaker for each agent and tool with abandoned calls.
type breakers struct {
	config executor.Config
	parts  Parts

	mu    sync.Mutex
	byKey map[key]*Breaker
}

func (t *breakers) admit(r *run) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if b := t.byKey[r.key]; b != nil {
		return t.parts.Admit(b, time.Now(), t.config)
	}
	return nil
}

func (t *breakers) inTime(r *run, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if b := t.byKey[r.key]; b != nil {
		t.parts.InTime(b, err)
		t.drop(r.key, b)
	}
}

// abandon counts a call as abandoned, unless it has returned meanwhile.
func (t *breakers) abandon(r *run) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if r.returned {
		return
	}
	b := t.byKey[r.key]
	if b == nil {
		b = &Breaker{Tool: r.key.tool}
		t.byKey[r.key] = b
	}
	b.StuckAt = append(b.StuckAt, r.stuckAt)
	r.abandoned = true
}

// returned notes that a call has returned, and says whether it had been abandoned.
func (t *breakers) returned(r *run) (abandoned bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	r.returned = true
	b := t.byKey[r.key]
	if b == nil || !r.abandoned {
		return r.abandoned
	}
	if i := slices.Index(b.StuckAt, r.stuckAt); i >= 0 {
		b.StuckAt = slices.Delete(b.StuckAt, i, i+1)
	}
	t.drop(r.key, b)
	return true
}

// drop forgets a breaker without abandoned calls.
func (t *breakers) drop(k key, b *Breaker) {
	if len(b.StuckAt) == 0 {
		delete(t.byKey, k)
	}
}
