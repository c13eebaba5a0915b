package executor

import (
	"container/heap"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// key is what can be stuck: an agent, or a tool of an agent.
type key struct{ agent, tool string }

func keyOf(a *Agent) key { return key{agent: a.ID} }

// pass is how a call was let through: in the ordinary way where it is zero, or
// as the one trial call of a gate that is shut.
type pass struct{ agent, total bool }

// stuckTable knows the calls that were given up, and refuses further calls to
// agents that have too many of them. It holds nothing of agents whose calls
// return: while it is empty a call costs one atomic load.
//
// No timer runs. A call given up early, by its caller's cancellation, becomes
// stuck at its own time's end; the next call that asks finds out.
type stuckTable struct {
	maxStuck, maxTotal, maxInFlight int
	backoff                         time.Duration

	inFlight atomic.Int64 // kept only where maxInFlight is set
	size     atomic.Int64 // gates; read without the lock by calls that find it zero

	mu      sync.Mutex
	gates   map[key]*gate
	total   gate
	pending pending // given up, not stuck yet
}

// abandoned is a call that was given up and has not come back. Of a trial call
// that is in time there is only pass.
type abandoned struct {
	key              key
	gate             *gate
	pass             pass
	started, stuckAt time.Time
	// place is the index in the pending heap, or -1 once it is stuck.
	place int
}

func (t *stuckTable) init(cfg Config) {
	t.maxStuck, t.maxTotal, t.maxInFlight = cfg.MaxStuck, cfg.MaxStuckTotal, cfg.MaxInFlight
	t.backoff = cfg.Backoff
	t.gates = map[key]*gate{}
}

// admit lets a call through, in the ordinary way where it returns nil, else as
// a trial, or says why not. An admitted call must come to landed, or to abandon
// and then returned.
func (t *stuckTable) admit(k key) (trial *abandoned, err error) {
	if t.maxInFlight > 0 && t.inFlight.Add(1) > int64(t.maxInFlight) {
		t.inFlight.Add(-1)
		return nil, fmt.Errorf("%w: %d", ErrTooManyInFlight, t.maxInFlight)
	}
	if t.size.Load() == 0 {
		return nil, nil
	}
	p, err := t.admitSlow(k)
	if err != nil {
		t.leaveFlight()
		return nil, err
	}
	if p != (pass{}) {
		trial = &abandoned{pass: p}
	}
	return trial, nil
}

func (t *stuckTable) admitSlow(k key) (p pass, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	t.promote(now)
	if p.total, err = t.total.ask(now); err != nil {
		return pass{}, fmt.Errorf("%w, of all agents together", err)
	}
	if g := t.gates[k]; g != nil {
		if p.agent, err = g.ask(now); err != nil {
			return pass{}, err
		}
		if p.agent {
			g.try(now)
		}
	}
	if p.total {
		t.total.try(now)
	}
	return p, nil
}

// landed counts a call that came back in time.
func (t *stuckTable) landed(k key, trial *abandoned, success bool) {
	t.leaveFlight()
	if trial == nil {
		return
	}
	p := trial.pass
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	if g := t.gates[k]; p.agent && g != nil {
		g.trying = false
		if success {
			g.open(now)
		}
		t.drop(k, g)
	}
	if p.total {
		t.total.land(now, t.backoff)
	}
}

// abandon gives up on a call, unless it has just finished: then it reports
// false. The seal is closed under the lock, so that the call's goroutine,
// which comes to returned after it lost, finds its entry. The call counts as
// stuck once it is older than its time.
func (t *stuckTable) abandon(k key, s *seal, started time.Time, its time.Duration) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !s.giveUp() {
		return false
	}
	g := t.gates[k]
	if g == nil {
		g = &gate{}
		t.gates[k] = g
		t.size.Add(1)
	}
	g.pending++
	if s.late == nil {
		s.late = &abandoned{}
	}
	*s.late = abandoned{key: k, gate: g, pass: s.late.pass, started: started, stuckAt: started.Add(its)}
	heap.Push(&t.pending, s.late)
	return true
}

// returned uncounts a call that came back after it was given up.
func (t *stuckTable) returned(s *seal) {
	t.leaveFlight()
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	t.promote(now)
	a := s.late
	if a.place >= 0 {
		heap.Remove(&t.pending, a.place)
		a.gate.pending--
		a.gate.decide(a.pass.agent)
		t.total.decide(a.pass.total)
	} else {
		a.gate.ease(now, t.maxStuck, t.backoff)
		t.total.ease(now, t.maxTotal, t.backoff)
	}
	t.drop(a.key, a.gate)
}

// promote counts as stuck what has outlived its time by now.
func (t *stuckTable) promote(now time.Time) {
	for len(t.pending) > 0 && !t.pending[0].stuckAt.After(now) {
		a := heap.Pop(&t.pending).(*abandoned)
		a.place = -1
		a.gate.pending--
		a.gate.decide(a.pass.agent)
		t.total.decide(a.pass.total)
		a.gate.add(a, t.maxStuck, t.backoff)
		t.total.add(a, t.maxTotal, t.backoff)
	}
}

// drop forgets a gate with nothing behind it.
func (t *stuckTable) drop(k key, g *gate) {
	if g.stuck == 0 && g.pending == 0 && !g.trying && t.gates[k] == g {
		delete(t.gates, k)
		t.size.Add(-1)
	}
}

func (t *stuckTable) leaveFlight() {
	if t.maxInFlight > 0 {
		t.inFlight.Add(-1)
	}
}

// pending is a heap of abandoned calls, the next to become stuck first.
type pending []*abandoned

func (p pending) Len() int           { return len(p) }
func (p pending) Less(i, j int) bool { return p[i].stuckAt.Before(p[j].stuckAt) }
func (p pending) Swap(i, j int) {
	p[i], p[j] = p[j], p[i]
	p[i].place, p[j].place = i, j
}
func (p *pending) Push(x any) {
	a := x.(*abandoned)
	a.place = len(*p)
	*p = append(*p, a)
}
func (p *pending) Pop() any {
	old := *p
	a := old[len(old)-1]
	old[len(old)-1] = nil
	*p = old[:len(old)-1]
	return a
}
