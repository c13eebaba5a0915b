package timers

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/watertight-go/watertight/leak/internal/heapdump"
)

// A channel that is no timer's own is closed or sent to by a timer all the same where it
// belongs to a context with a deadline, or where a function of time.AfterFunc holds it.
//
//	type cancelCtx struct { Context; mu sync.Mutex; done any; ... }
//	type timerCtx struct { cancelCtx; timer *time.Timer; deadline time.Time }

// contexts are contexts and a timer whose layout is known from outside.
type contexts struct {
	// limited has a deadline, derived is below it.
	limited, derived context.Context
	// below are contexts below those that are followed upwards: one with a deadline, one
	// with a cancel function, one with a value.
	below  []context.Context
	cancel context.CancelFunc
	call   *time.Timer
}

// The times of these, as those of a specimen.
const (
	limitedIn = 97 * time.Hour
	callIn    = 113 * time.Hour
)

type valueKey struct{}

func newContexts() contexts {
	var c contexts
	c.limited, c.cancel = context.WithTimeout(context.Background(), limitedIn)
	c.call = time.AfterFunc(callIn, func() {})
	c.derived = under(c.limited)
	c.below = []context.Context{c.derived, under(c.derived), under(context.WithValue(c.derived, valueKey{}, nil))}
	c.limited.Done()
	c.derived.Done()
	return c
}

// under is a context below another, with which it is cancelled.
func under(above context.Context) context.Context {
	ctx, cancel := context.WithCancel(above)
	context.AfterFunc(above, cancel)
	return ctx
}

func (c contexts) release() {
	c.cancel()
	c.call.Stop()
}

// addresses are those of the objects that calibrate wants.
func (c contexts) addresses() map[uint64]bool {
	all := map[uint64]bool{address(c.limited): true, address(c.call): true}
	for _, below := range c.below {
		all[address(below)] = true
	}
	return all
}

// contextLayout says at which words contexts have what matters here.
type contextLayout struct {
	// calls is the function of all timers of time.AfterFunc.
	calls uint64
	// done is the word with the channel. The word before it is its type, doneType.
	done     int
	doneType uint64
	// parent is the word with the context that this one is derived from. The word before
	// it is its type, which is one of kinds: those of others may not end with what is
	// above them.
	parent int
	kinds  map[uint64]bool
	// limited is a context with a deadline.
	limited object
}

var errContexts = errors.New("calibrate: contexts were not found with their channels")

// calibrate finds the layout. known are the objects at the addresses.
func (c contexts) calibrate(l layout, known map[uint64]object) (contextLayout, error) {
	call, limited, derived := known[address(c.call)], known[address(c.limited)], known[address(c.derived)]
	if len(call) != l.size {
		return contextLayout{}, errContexts
	}
	found := contextLayout{calls: call[l.when+function], limited: limited}
	for i := 1; i < min(len(limited), len(derived)); i++ {
		if limited[i] == address(c.limited.Done()) && derived[i] == address(c.derived.Done()) && limited[i-1] == derived[i-1] {
			found.done, found.doneType = i, limited[i-1]
		}
		if derived[i] == address(c.limited) && found.parent == 0 {
			found.parent = i
		}
	}
	if found.done == 0 || found.parent == 0 || found.doneType == 0 || found.calls == 0 {
		return contextLayout{}, errContexts
	}
	found.kinds = c.kinds(known, found.parent-1)
	return found, nil
}

// kinds are the types of the contexts above those that are below.
func (c contexts) kinds(known map[uint64]object, at int) map[uint64]bool {
	kinds := map[uint64]bool{}
	for _, below := range c.below {
		if o := known[address(below)]; at < len(o) && o[at] != 0 {
			kinds[o[at]] = true
		}
	}
	return kinds
}

// call is a timer that calls a function when it fires.
type call struct {
	when    int64
	closure uint64
}

// link is a channel with a context at whose end it is closed.
type link struct {
	channel uint64
	context object
}

// derivations is how many contexts above that of a channel are looked at.
const derivations = 16

// sources collects the timers by which channels are closed or sent to.
type sources struct {
	layout
	contextLayout
	// waiters are the goroutines that wait on a channel.
	waiters map[uint64][]uint64
	// own are the timers whose channel it is, others the first of all others.
	own, others map[uint64]Timer
	calls       map[uint64]call
	links       []link
}

// take takes an object of the heap.
func (s *sources) take(o heapdump.Object) {
	if c := word(o.Data, 0); len(s.waiters[c]) > 0 {
		// Memory that has been freed may look like an earlier timer of the channel.
		if timer, ok := s.timer(words(o.Data)); ok && timer.When > s.own[c].When {
			s.own[c] = timer
		}
	}
	if c := word(o.Data, s.done); len(s.waiters[c]) > 0 && word(o.Data, s.done-1) == s.doneType {
		s.links = append(s.links, link{c, words(o.Data)})
	}
	when := int64(word(o.Data, s.when))
	if len(o.Data) == s.size*wordSize && word(o.Data, s.when+function) == s.contextLayout.calls && when > 0 {
		s.calls[o.Addr] = call{when, word(o.Data, s.when+argument)}
	}
}

// deadlineWord is the word of a context with its timer, which fires at a time; zero where
// there is none.
func (s *sources) deadlineWord(want int64) int {
	for i, at := range s.limited {
		if c, ok := s.calls[at]; ok && time.Duration(want-c.when).Abs() < time.Minute {
			return i
		}
	}
	return 0
}

// follow goes from the channels' contexts to those that they are derived from, and from
// the timers to what their functions hold.
func (s *sources) follow(file io.ReadSeeker) error {
	timer := s.deadlineWord(s.now + int64(limitedIn))
	if timer == 0 {
		return errContexts
	}
	closures := map[uint64]int64{}
	for _, c := range s.calls {
		closures[c.closure] = c.when
	}
	for range derivations {
		parents := s.parents(timer)
		if len(parents)+len(closures) == 0 {
			break
		}
		err := read(file, heapdump.Visitor{MaxObject: maxObject, Object: func(o heapdump.Object) {
			for _, c := range parents[o.Addr] {
				s.links = append(s.links, link{c, words(o.Data)})
			}
			if when, ok := closures[o.Addr]; ok {
				s.holds(words(o.Data), when)
			}
		}})
		if err != nil {
			return err
		}
		closures = nil
	}
	return nil
}

// parents ends the links: it notes the deadlines of their contexts, and returns the
// channels by the address of the context above.
func (s *sources) parents(timer int) map[uint64][]uint64 {
	parents := map[uint64][]uint64{}
	for _, k := range s.links {
		if len(k.context) == len(s.limited) {
			if c, ok := s.calls[k.context[timer]]; ok {
				s.note(k.channel, c.when)
			}
		}
		if s.parent < len(k.context) && s.kinds[k.context[s.parent-1]] {
			at := k.context[s.parent]
			parents[at] = append(parents[at], k.channel)
		}
	}
	s.links = nil
	return parents
}

// holds notes the channels that a function holds.
func (s *sources) holds(closure object, when int64) {
	for _, c := range closure[1:] {
		if len(s.waiters[c]) > 0 {
			s.note(c, when)
		}
	}
}

// note notes a timer of a channel. The first that fires decides.
func (s *sources) note(channel uint64, when int64) {
	if before, ok := s.others[channel]; !ok || when < before.When {
		s.others[channel] = Timer{In: time.Duration(when - s.now), When: when}
	}
}
