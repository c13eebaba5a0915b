package timers

import (
	"errors"
	"reflect"
	"time"

	"github.com/watertight-go/watertight/leak/internal/dump"
)

// specimen are a goroutine, channels and timers whose addresses and times are known. The
// layout of the runtime's structures is read off them.
//
//	type sudog struct { g *g; ...; c *hchan; ... }             one for each case of a select
//	type timeTimer struct { c *hchan; init bool; timer }        what time.Timer and time.Ticker are
//	type timer struct { ...; when, period int64; f func(...); arg any; ... }
type specimen struct {
	// id is a goroutine that waits in select for one and stop.
	id  uint64
	one *time.Ticker
	two *time.Ticker
	// once fires onceIn after made.
	once *time.Timer
	stop chan struct{}
	// ended is closed when the goroutine has ended.
	ended        chan struct{}
	made, dumped time.Time
	contexts     contexts
}

// The times of the specimen's timers. They are odd, so that no other word has them.
const (
	onePeriod = 41*time.Hour + 1_234_567
	twoPeriod = 59*time.Hour + 7_654_321
	onceIn    = 73 * time.Hour
)

// newSpecimen returns one whose goroutine waits.
func newSpecimen() (*specimen, error) {
	own := &specimen{stop: make(chan struct{}), ended: make(chan struct{}), made: time.Now()}
	own.one, own.two, own.once = time.NewTicker(onePeriod), time.NewTicker(twoPeriod), time.NewTimer(onceIn)
	own.contexts = newContexts()
	started := make(chan uint64)
	go func() {
		defer close(own.ended)
		dump.MarkProbe()
		self, _ := dump.Self()
		started <- self.ID
		select {
		case <-own.one.C:
		case <-own.stop:
		}
	}()
	own.id = <-started
	if err := own.ready(); err != nil {
		own.release()
		return nil, err
	}
	return own, nil
}

// release ends the goroutine and stops the timers.
func (own *specimen) release() {
	close(own.stop)
	<-own.ended
	own.one.Stop()
	own.two.Stop()
	own.once.Stop()
	own.contexts.release()
}

func address(channel any) uint64 { return uint64(reflect.ValueOf(channel).Pointer()) }

// channels are those of the timers.
func (own *specimen) channels() map[uint64]bool {
	return map[uint64]bool{address(own.one.C): true, address(own.two.C): true, address(own.once.C): true}
}

// layout says at which words the structures have what matters here.
type layout struct {
	// waitsOn is the word of a sudog with the channel.
	waitsOn int
	// when is the word of a timer with the time at which it fires next. The period, the
	// function, and the type and value of the function's argument follow.
	when int
	// size is how many words a timer has, fires its function: that of all timers with a
	// channel.
	size  int
	fires uint64
	// now is the runtime's time now.
	now int64
}

const (
	period   = 1
	function = 2
	argument = 4
	timerEnd = 5
)

var (
	errSudog  = errors.New("calibrate: the goroutine that waits was not found with its channels")
	errTimers = errors.New("calibrate: timers were not found with their times")
)

// calibrate finds the layout. queued are the objects that begin with the address of the
// specimen's goroutine, timers those that begin with its channels.
func (own *specimen) calibrate(queued []object, timers map[uint64]object) (layout, error) {
	var l layout
	l.waitsOn = wordOf(queued, address(own.one.C), address(own.stop))
	if l.waitsOn == 0 {
		return l, errSudog
	}
	one, two, once := timers[address(own.one.C)], timers[address(own.two.C)], timers[address(own.once.C)]
	l.size = len(one)
	if l.size == 0 || len(two) != l.size || len(once) != l.size {
		return l, errTimers
	}
	for l.when = 1; l.when+timerEnd <= l.size; l.when++ {
		l.fires = one[l.when+function]
		if l.isTimer(one, onePeriod) && l.isTimer(two, twoPeriod) && l.isTimer(once, 0) && own.inOrder(l, one, two, once) {
			l.now = int64(once[l.when]) - int64(onceIn) + int64(own.dumped.Sub(own.made)) + int64(time.Since(own.dumped))
			return l, nil
		}
	}
	return l, errTimers
}

// wordOf is the index at which both values are found, in an object each; zero for none.
func wordOf(all []object, one, two uint64) int {
	for k := 1; k < maxObject/wordSize; k++ {
		var hasOne, hasTwo bool
		for _, o := range all {
			hasOne = hasOne || k < len(o) && o[k] == one
			hasTwo = hasTwo || k < len(o) && o[k] == two
		}
		if hasOne && hasTwo {
			return k
		}
	}
	return 0
}

// isTimer reports whether o is a timer with a channel, of the period.
func (l layout) isTimer(o object, every time.Duration) bool {
	return o[l.when+period] == uint64(every) && l.hasChannel(o)
}

// hasChannel reports whether o is a timer that sends to the channel that it begins with.
func (l layout) hasChannel(o object) bool {
	return len(o) == l.size && l.fires != 0 && o[l.when+function] == l.fires && o[l.when+argument] == o[0]
}

// inOrder reports whether the timers fire at the times for which they were set.
func (own *specimen) inOrder(l layout, one, two, once object) bool {
	most := own.dumped.Sub(own.made)
	between := func(a, b object, want time.Duration) bool {
		late := time.Duration(b[l.when]-a[l.when]) - want
		return late >= 0 && late <= most
	}
	return int64(one[l.when]) > 0 && between(one, two, twoPeriod-onePeriod) && between(two, once, onceIn-twoPeriod)
}

// channel is what a sudog waits on; zero where it is none.
func (l layout) channel(o object) uint64 {
	if l.waitsOn >= len(o) {
		return 0
	}
	return o[l.waitsOn]
}

// timer reads one that has a channel and will fire.
func (l layout) timer(o object) (t Timer, ok bool) {
	if !l.hasChannel(o) || int64(o[l.when]) <= 0 {
		return Timer{}, false
	}
	when := int64(o[l.when])
	return Timer{In: time.Duration(when - l.now), Every: time.Duration(o[l.when+period]), When: when}, true
}

// ready returns when the specimen's goroutine waits, and says why no dump may be made.
func (own *specimen) ready() error {
	for pause := range 60 * time.Millisecond / time.Millisecond {
		waits, err := inspect(own.id)
		if waits || err != nil {
			return err
		}
		time.Sleep(pause * time.Millisecond)
	}
	return errors.New("the goroutine that is to wait did not run")
}
