package fanout

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/watertight-go/watertight/executor"
)

// key is what can be stuck: an agent, or a tool of an agent.
type key struct{ agent, tool string }

// run is one call of it.
type run struct {
	key     key
	stuckAt time.Time
	// over says that it has returned, late that it was given up before. Both
	// are guarded by the breaker's lock.
	over, late bool
}

// breaker knows the calls that were given up and have not returned.
type breaker struct {
	config   executor.Config
	admitted func(g *Gate, now time.Time, c executor.Config) error
	landed   func(g *Gate, err error)

	mu    sync.Mutex
	gates map[key]*Gate
}

// Gate is what is known of an agent, or a tool, that has calls left behind.
type Gate struct {
	// Tool is the tool's name; empty for an agent.
	Tool string
	// StuckAt is, for each of its calls that was given up, when that counts as
	// stuck: an early caller's cancellation shuts nobody out.
	StuckAt []time.Time
	// Next is when a shut gate lets the next trial call through; zero: it is open.
	Next    time.Time
	Backoff time.Duration
}

// Stuck is how many calls are stuck.
func (g *Gate) Stuck(now time.Time) (n int) {
	for _, at := range g.StuckAt {
		if !at.After(now) {
			n++
		}
	}
	return n
}

// Admit refuses a call once MaxStuck are stuck, but for a trial after Backoff,
// which doubles with each.
func Admit(g *Gate, now time.Time, c executor.Config) error {
	n := g.Stuck(now)
	if n < c.MaxStuck {
		g.Next = time.Time{}
		return nil
	}
	if g.Next.IsZero() {
		g.Backoff = c.Backoff
		g.Next = now.Add(g.Backoff)
	}
	if now.Before(g.Next) {
		return fmt.Errorf("%w: %d", executor.ErrAgentStuck, n)
	}
	g.Backoff *= 2
	g.Next = now.Add(g.Backoff)
	return nil
}

// Land writes the calls that are still stuck off after a success, or they would
// shut the gate again at once.
func Land(g *Gate, err error) {
	if err == nil {
		*g = Gate{Tool: g.Tool}
	}
}

func (b *breaker) admit(r *run) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if g := b.gates[r.key]; g != nil {
		return b.admitted(g, time.Now(), b.config)
	}
	return nil
}

func (b *breaker) land(r *run, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if g := b.gates[r.key]; g != nil {
		b.landed(g, err)
		b.drop(r.key, g)
	}
}

// abandon counts a call that was given up, unless it has returned just then.
func (b *breaker) abandon(r *run) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if r.over {
		return
	}
	g := b.gates[r.key]
	if g == nil {
		g = &Gate{Tool: r.key.tool}
		b.gates[r.key] = g
	}
	g.StuckAt = append(g.StuckAt, r.stuckAt)
	r.late = true
}

// returned takes note of a call that comes back, and says whether it was given
// up before.
func (b *breaker) returned(r *run) (late bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	r.over = true
	g := b.gates[r.key]
	if g == nil || !r.late {
		return r.late
	}
	if i := slices.Index(g.StuckAt, r.stuckAt); i >= 0 {
		g.StuckAt = slices.Delete(g.StuckAt, i, i+1)
	}
	b.drop(r.key, g)
	return true
}

// drop forgets a gate with nothing behind it.
func (b *breaker) drop(k key, g *Gate) {
	if len(g.StuckAt) == 0 {
		delete(b.gates, k)
	}
}
