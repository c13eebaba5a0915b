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

// trial says for which circuit breakers a call is the trial: the one of its
// agent or tool, and the one of all calls together. It is zero for an ordinary call.
type trial struct{ agent, total bool }

// callResult is how a call ended that returned in time.
type callResult int

const (
	succeeded callResult = iota
	failed
)

func resultOf(err error) callResult {
	if err != nil {
		return failed
	}
	return succeeded
}

// breakers has a circuit breaker for each agent and tool with calls that were
// given up, and one for all calls together. Agents whose calls return have none:
// while there is no breaker, a call costs one atomic load.
//
// No timer runs. A call that was given up early, because its caller cancelled,
// becomes stuck when its own time is over. The next call of any agent counts it.
type breakers struct {
	maxStuck, maxTotal, maxInFlight int
	backoff                         time.Duration

	inFlight atomic.Int64 // kept only if maxInFlight is set
	size     atomic.Int64 // of byKey; read without the lock

	mu      sync.Mutex
	byKey   map[key]*breaker
	total   breaker
	pending pending
}

// abandonedCall is a call that was given up and has not returned.
type abandonedCall struct {
	key              key
	breaker          *breaker
	trial            trial
	started, stuckAt time.Time
	// place is the index in the pending heap, or -1 once the call is stuck.
	place int
}

func (t *breakers) init(cfg Config) {
	t.maxStuck, t.maxTotal, t.maxInFlight = cfg.MaxStuck, cfg.MaxStuckTotal, cfg.MaxInFlight
	t.backoff = cfg.Backoff
	t.byKey = map[key]*breaker{}
}

// admit lets a call through, perhaps as a trial, or says why not. A call that
// was admitted must come to inTime, or to abandon and then returned.
func (t *breakers) admit(k key) (trial, error) {
	if t.maxInFlight > 0 && t.inFlight.Add(1) > int64(t.maxInFlight) {
		t.inFlight.Add(-1)
		return trial{}, fmt.Errorf("%w: %d", ErrTooManyInFlight, t.maxInFlight)
	}
	if t.size.Load() == 0 {
		return trial{}, nil
	}
	tr, err := t.ask(k)
	if err != nil {
		t.leaveFlight()
	}
	return tr, err
}

// ask is admit where there are breakers to ask.
func (t *breakers) ask(k key) (tr trial, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	t.countStuck(now)
	if tr.total, err = t.total.allow(now); err != nil {
		return trial{}, fmt.Errorf("%w, of all agents together", err)
	}
	if b := t.byKey[k]; b != nil {
		if tr.agent, err = b.allow(now); err != nil {
			return trial{}, err
		}
		if tr.agent {
			b.startTrial(now)
		}
	}
	if tr.total {
		t.total.startTrial(now)
	}
	return tr, nil
}

// inTime counts a call that returned before it was given up.
func (t *breakers) inTime(k key, tr trial, result callResult) {
	t.leaveFlight()
	if tr == (trial{}) {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	if b := t.byKey[k]; tr.agent && b != nil {
		b.endTrial()
		if result == succeeded {
			b.close(now)
			b.writtenOff = b.stuck
		}
		t.drop(k, b)
	}
	if tr.total {
		// For the total it is enough that the call left nothing behind: the
		// next call may be a trial at once, and this one doubles no backoff.
		t.total.endTrial()
		t.total.nextTrial, t.total.backoff = now, max(t.total.backoff/2, t.backoff)
	}
}

// abandon gives up on a call. It returns false if the call finished first. The
// seal is changed under the lock: the call's goroutine, which calls returned
// after it lost, then finds the entry. At stuckAt the call counts as stuck.
func (t *breakers) abandon(k key, s *seal, started, stuckAt time.Time) (abandoned bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !s.giveUp() {
		return false
	}
	b := t.byKey[k]
	if b == nil {
		b = &breaker{}
		t.byKey[k] = b
		t.size.Add(1)
	}
	b.pending++
	s.abandoned = &abandonedCall{key: k, breaker: b, trial: s.trial, started: started, stuckAt: stuckAt}
	heap.Push(&t.pending, s.abandoned)
	return true
}

// returned uncounts a call that returned after it was given up.
func (t *breakers) returned(s *seal) {
	t.leaveFlight()
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	t.countStuck(now)
	a := s.abandoned
	s.abandoned = nil
	if a.place >= 0 {
		heap.Remove(&t.pending, a.place)
		t.leavePending(a)
	} else {
		a.breaker.removeStuck(now, t.maxStuck, t.backoff)
		t.total.removeStuck(now, t.maxTotal, t.backoff)
	}
	t.drop(a.key, a.breaker)
}

// countStuck counts the pending calls as stuck whose time is over.
func (t *breakers) countStuck(now time.Time) {
	for len(t.pending) > 0 && !t.pending[0].stuckAt.After(now) {
		a := heap.Pop(&t.pending).(*abandonedCall)
		a.place = -1
		t.leavePending(a)
		a.breaker.addStuck(a, t.maxStuck, t.backoff)
		t.total.addStuck(a, t.maxTotal, t.backoff)
	}
}

// leavePending is for a call that was taken off the pending heap. If it was a
// trial, that is over.
func (t *breakers) leavePending(a *abandonedCall) {
	a.breaker.pending--
	if a.trial.agent {
		a.breaker.endTrial()
	}
	if a.trial.total {
		t.total.endTrial()
	}
}

// drop forgets a breaker that has no calls left.
func (t *breakers) drop(k key, b *breaker) {
	if b.stuck == 0 && b.pending == 0 && b.state != breakerHalfOpen && t.byKey[k] == b {
		delete(t.byKey, k)
		t.size.Add(-1)
	}
}

func (t *breakers) leaveFlight() {
	if t.maxInFlight > 0 {
		t.inFlight.Add(-1)
	}
}

// pending is a heap of abandoned calls that are not stuck yet. The next one to
// become stuck is the first. It implements heap.Interface.
type pending []*abandonedCall

func (p pending) Len() int           { return len(p) }
func (p pending) Less(i, j int) bool { return p[i].stuckAt.Before(p[j].stuckAt) }
func (p pending) Swap(i, j int) {
	p[i], p[j] = p[j], p[i]
	p[i].place, p[j].place = i, j
}
func (p *pending) Push(x any) {
	a := x.(*abandonedCall)
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
