// Package timers tells which goroutines wait for a timer's channel, and when it fires. A
// stack dump does not say so: a receive from a ticker looks like any other.
//
// It asks a heap dump of the process itself. The runtime's structures in it are found
// through goroutines, channels and timers of this package's own (see calibrate.go), so no
// layout is written down here. Where anything is not as expected, the answer is an error,
// never a guess. Making the dump stops the world for some milliseconds.
package timers

import (
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"time"

	"github.com/watertight-go/watertight/leak/internal/heapdump"
)

// Timer is one that a goroutine waits for.
type Timer struct {
	// In is when it fires, from now on; negative where it is due.
	In time.Duration
	// Every is the period of a ticker; zero for a timer that fires once.
	Every time.Duration
	// When is the time at which it fires on the runtime's own clock. It changes when the
	// timer is set again.
	When int64
}

// Wait is what a goroutine did at the moment of the dump.
type Wait struct {
	// Timers are those that it waited for.
	Timers []Timer
	// Awake: it did not wait at all.
	Awake bool
}

// Of returns what the goroutines with these IDs wait for: the timers whose channel they
// receive from, alone or in a select; those by whose deadline a context closes the
// channel; those of time.AfterFunc whose function holds the channel itself. Stopped ones
// are not among them. Goroutines that wait for no timer have no entry. The error says why
// this cannot be told now.
//
// The caller must make sure that no pass of the leak profile is under way.
func Of(ids []uint64) (map[uint64]Wait, error) {
	if err := possible(); err != nil {
		return nil, fmt.Errorf("timers: %w", err)
	}
	own, err := newSpecimen()
	if err != nil {
		return nil, fmt.Errorf("timers: %w", err)
	}
	defer own.release()
	file, err := makeDump()
	if err != nil {
		return nil, fmt.Errorf("timers: %w", err)
	}
	own.dumped = time.Now()
	defer file.Close()
	found, err := own.ask(file, ids)
	if err != nil {
		return nil, fmt.Errorf("timers: %w", err)
	}
	return found, nil
}

// makeDump writes a heap dump into a file that has no name any more.
func makeDump() (*os.File, error) {
	f, err := os.CreateTemp("", "heap-")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		f.Close()
		return nil, err
	}
	debug.WriteHeapDump(f.Fd())
	return f, nil
}

// ask reads the dump four times and more: for the goroutines; for what they wait on; for
// the timers and the contexts of the channels among that; for what the timers' functions
// hold, and for the contexts above.
func (own *specimen) ask(file io.ReadSeeker, ids []uint64) (map[uint64]Wait, error) {
	owners, awake, err := goroutines(file, append([]uint64{own.id}, ids...))
	if err != nil {
		return nil, err
	}
	s, err := own.see(file, owners)
	if err != nil {
		return nil, err
	}
	l, err := own.calibrate(s.waits[own.id], s.timers)
	if err != nil {
		return nil, err
	}
	c, err := own.contexts.calibrate(l, s.known)
	if err != nil {
		return nil, err
	}
	delete(s.waits, own.id)
	found, err := own.timers(file, l, c, s.waits)
	for _, id := range awake {
		found[id] = Wait{Awake: true}
	}
	return found, err
}

// read reads the file from its beginning.
func read(file io.ReadSeeker, v heapdump.Visitor) error {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return heapdump.Read(file, v)
}

// goroutines maps the addresses of those with the IDs to their IDs, and says which of
// them do not wait.
func goroutines(file io.ReadSeeker, ids []uint64) (owners map[uint64]uint64, awake []uint64, err error) {
	wanted := make(map[uint64]bool, len(ids))
	for _, id := range ids {
		wanted[id] = true
	}
	owners = map[uint64]uint64{}
	var params heapdump.Params
	err = read(file, heapdump.Visitor{
		Params: func(p heapdump.Params) { params = p },
		Goroutine: func(g heapdump.Goroutine) {
			if !wanted[g.ID] {
				return
			}
			owners[g.Addr] = g.ID
			if g.Status != heapdump.Waiting {
				awake = append(awake, g.ID)
			}
		},
	})
	if err == nil && (params != heapdump.Params{PointerSize: wordSize}) {
		err = fmt.Errorf("got a dump with %+v, want little-endian words of %d bytes", params, wordSize)
	}
	return owners, awake, err
}

// object is one of the heap, as words.
type object []uint64

const (
	wordSize = 8
	// maxObject is more than any of the structures that are looked for takes, in bytes.
	maxObject = 512
)

func words(data []byte) object {
	o := make(object, len(data)/wordSize)
	for i := range o {
		o[i] = binary.LittleEndian.Uint64(data[i*wordSize:])
	}
	return o
}

// word is the i-th one, zero where there is none.
func word(data []byte, i int) uint64 {
	if i < 0 || len(data) < (i+1)*wordSize {
		return 0
	}
	return binary.LittleEndian.Uint64(data[i*wordSize:])
}

// seen are the objects that matter before the layout is known.
type seen struct {
	// waits are those that begin with the address of a goroutine, by its ID: what it is
	// queued with (runtime.sudog) is among them.
	waits map[uint64][]object
	// timers are the specimen's, by their channel: they begin with its address.
	timers map[uint64]object
	// known are those at the addresses of the specimen's contexts.
	known map[uint64]object
}

func (own *specimen) see(file io.ReadSeeker, owners map[uint64]uint64) (seen, error) {
	s := seen{map[uint64][]object{}, map[uint64]object{}, map[uint64]object{}}
	channels, addresses := own.channels(), own.contexts.addresses()
	err := read(file, heapdump.Visitor{MaxObject: maxObject, Object: func(o heapdump.Object) {
		first := word(o.Data, 0)
		if id, ok := owners[first]; ok && first != 0 {
			s.waits[id] = append(s.waits[id], words(o.Data))
		} else if channels[first] && s.timers[first] == nil {
			s.timers[first] = words(o.Data)
		}
		if addresses[o.Addr] {
			s.known[o.Addr] = words(o.Data)
		}
	}})
	return s, err
}

// timers finds the timers of the channels that goroutines wait on.
func (own *specimen) timers(file io.ReadSeeker, l layout, c contextLayout, waits map[uint64][]object) (map[uint64]Wait, error) {
	s := &sources{layout: l, contextLayout: c, waiters: map[uint64][]uint64{}, own: map[uint64]Timer{}, others: map[uint64]Timer{}, calls: map[uint64]call{}}
	for id, all := range waits {
		for _, o := range all {
			if c := l.channel(o); c != 0 {
				s.waiters[c] = append(s.waiters[c], id)
			}
		}
	}
	err := read(file, heapdump.Visitor{MaxObject: maxObject, Object: s.take})
	if err == nil {
		err = s.follow(file)
	}
	return s.found(), err
}

// found are the timers by goroutine.
func (s *sources) found() map[uint64]Wait {
	found := map[uint64]Wait{}
	for _, timers := range []map[uint64]Timer{s.own, s.others} {
		for c, timer := range timers {
			for _, id := range s.waiters[c] {
				found[id] = Wait{Timers: append(found[id].Timers, timer)}
			}
		}
	}
	return found
}
