package timers

import (
	"errors"
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak/internal/require"
)

// What is not as expected is an error, not a guess.
func TestCalibrate(t *testing.T) {
	own, err := newSpecimen()
	if err != nil {
		t.Skip(err)
	}
	defer own.release()
	own.dumped = time.Now()
	a := func(c any) uint64 { return address(c) }
	now := uint64(1_000_000)
	timer := func(c any, in, every time.Duration) object {
		return object{a(c), 1, 7, now + uint64(in), uint64(every), 99, 5, a(c), 0}
	}
	queued := []object{{33, 1, a(own.one.C)}, {33, 1, a(own.stop)}}
	good := func() map[uint64]object {
		return map[uint64]object{
			a(own.one.C):  timer(own.one.C, onePeriod, onePeriod),
			a(own.two.C):  timer(own.two.C, twoPeriod, twoPeriod),
			a(own.once.C): timer(own.once.C, onceIn, 0),
		}
	}
	l, err := own.calibrate(queued, good())
	require.NoError(t, err)
	require.Equal(t, layout{waitsOn: 2, when: 3, size: 9, fires: 99, now: l.now}, l)
	_, err = own.calibrate(queued[:1], good())
	require.ErrorIs(t, err, errSudog)
	for name, damage := range map[string]func(map[uint64]object){
		"one is missing":   func(m map[uint64]object) { delete(m, a(own.two.C)) },
		"one is short":     func(m map[uint64]object) { m[a(own.two.C)] = object{a(own.two.C)} },
		"another function": func(m map[uint64]object) { m[a(own.two.C)][5]++ },
		"another time":     func(m map[uint64]object) { m[a(own.two.C)][3] += uint64(time.Hour) },
		"another argument": func(m map[uint64]object) { m[a(own.once.C)][7]++ },
		"a period":         func(m map[uint64]object) { m[a(own.once.C)][4] = 5 },
	} {
		m := good()
		damage(m)
		_, err = own.calibrate(queued, m)
		require.True(t, errors.Is(err, errTimers), "%s: %v", name, err)
	}
}

// Contexts that are not found as expected are an error, too.
func TestCalibrateContexts(t *testing.T) {
	c := newContexts()
	defer c.release()
	l := layout{when: 3, size: 9}
	good := func() map[uint64]object {
		return map[uint64]object{
			address(c.call):    {0, 1, 7, 1_000_000, 0, 77, 5, 6, 0},
			address(c.limited): {1, 2, 3, 55, address(c.limited.Done()), 8},
			address(c.derived): {66, address(c.limited), 3, 55, address(c.derived.Done())},
		}
	}
	found, err := c.calibrate(l, good())
	require.NoError(t, err)
	require.Equal(t, contextLayout{calls: 77, done: 4, doneType: 55, parent: 1, kinds: map[uint64]bool{66: true}, limited: good()[address(c.limited)]}, found)
	for name, damage := range map[string]func(map[uint64]object){
		"no timer":        func(m map[uint64]object) { delete(m, address(c.call)) },
		"no context":      func(m map[uint64]object) { delete(m, address(c.limited)) },
		"another channel": func(m map[uint64]object) { m[address(c.derived)][4]++ },
		"another type":    func(m map[uint64]object) { m[address(c.derived)][3]++ },
		"no parent":       func(m map[uint64]object) { m[address(c.derived)][1]++ },
	} {
		m := good()
		damage(m)
		_, err := c.calibrate(l, m)
		require.ErrorIs(t, err, errContexts)
		require.True(t, err != nil, name)
	}
}
