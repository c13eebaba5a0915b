// Package dump makes stack dumps of all goroutines, with their pprof labels. It
// reads nothing in them but the header of the calling goroutine.
package dump

import (
	"bytes"
	"fmt"
	"runtime"
	"sync"

	"github.com/watertight-go/watertight/leak/internal/stack"
)

// Sizes of the buffer for a dump, in bytes. For each attempt the runtime stops the
// world and goes through all goroutines, so a buffer that is too small costs a
// second dump. One that is too large costs little: pages that nothing is written to
// are never made resident.
const (
	perGoroutine     = 1 << 10
	perGoroutineMany = 1 << 9
	// many is the number of goroutines above which perGoroutineMany is enough.
	many     = 20_000
	leastLen = 16 << 10
	// MaxLen bounds a dump.
	MaxLen = 1 << 30
)

// Dumper makes dumps into a buffer that it keeps. The zero Dumper is ready. Release ends
// its use.
type Dumper struct {
	// Truncated says that the last dump did not fit into MaxLen.
	Truncated bool

	buf []byte
	// outside: the buffer is outside of the heap.
	outside bool
}

// mapLen is the least length of a buffer outside of the heap.
const mapLen = 256 << 10

// allocate makes a buffer, and releases the one before.
func (d *Dumper) allocate(n int) {
	d.Release()
	if n > mapLen {
		d.buf = obtain(n)
		d.outside = d.buf != nil
	}
	if d.buf == nil {
		d.buf = make([]byte, n)
	}
}

// Release gives the buffer back. The last dump is gone with it.
func (d *Dumper) Release() {
	if d.outside {
		release(d.buf)
	}
	*d = Dumper{}
}

// All returns a dump of all goroutines, of which there are about count. It is valid
// until the next call.
func (d *Dumper) All(count int) []byte {
	d.Reserve(count)
	for {
		n := runtime.Stack(d.buf, true)
		d.Truncated = n == len(d.buf) && n >= MaxLen
		if n < len(d.buf) || d.Truncated {
			return d.buf[:n]
		}
		d.grow()
	}
}

// spare keeps Dumpers whose buffer is small, so that a check of a test that is clean
// need not make one.
var spare = sync.Pool{New: func() any { return new(Dumper) }}

// Borrow returns a Dumper, which is to be given back.
func Borrow() *Dumper { return spare.Get().(*Dumper) }

// GiveBack ends the use of a borrowed Dumper and of its last dump.
func (d *Dumper) GiveBack() {
	if d.outside {
		d.Release()
	}
	d.Truncated = false
	spare.Put(d)
}

// All returns a dump of all goroutines that there are now. It is the caller's.
func All() []byte {
	d := Borrow()
	defer d.GiveBack()
	return bytes.Clone(d.All(runtime.NumGoroutine()))
}

// reserve is the number of goroutines that may be started after the buffer was made
// and still fit. The goroutines that work for a search are among them.
const reserve = 100

// Reserve makes the buffer large enough for count goroutines of the usual size.
func (d *Dumper) Reserve(count int) {
	each := perGoroutine
	if count > many {
		each = perGoroutineMany
	}
	if want := min(leastLen+count*each, MaxLen); len(d.buf) < want {
		d.allocate(min(want+reserve*each, MaxLen))
	}
}

// grow makes the buffer large enough for the goroutines that there are, if the
// records that did fit are typical.
func (d *Dumper) grow() {
	fitted := 1 + bytes.Count(d.buf, []byte("\n\ngoroutine "))
	guess := len(d.buf) / fitted * runtime.NumGoroutine()
	size := max(2*len(d.buf), guess+guess/4)
	d.allocate(min(size, MaxLen))
}

// Self is the header of the calling goroutine. A stack starts with it, so a short
// buffer is enough unless labels make the header long.
func Self() (stack.Header, error) {
	for buf := make([]byte, 1<<9); ; buf = make([]byte, 8*len(buf)) {
		head, _, whole := bytes.Cut(buf[:runtime.Stack(buf, false)], []byte("\n"))
		if whole || len(buf) >= MaxLen {
			return stack.ParseHeader(head)
		}
	}
}

// SelfCreator is the goroutine that created the calling one; zero where that is not told.
func SelfCreator() uint64 {
	d := Borrow()
	defer d.GiveBack()
	d.Reserve(0)
	_, body, _ := bytes.Cut(d.buf[:runtime.Stack(d.buf, false)], []byte("\n"))
	return stack.Creator(body)
}

// FirstIn is the first of these goroutines that the text of a dump has, or else the first.
func FirstIn(text []byte, ids ...uint64) uint64 {
	for _, id := range ids {
		head := fmt.Appendf(nil, "goroutine %d ", id)
		if bytes.HasPrefix(text, head) || bytes.Contains(text, append([]byte("\n\n"), head...)) {
			return id
		}
	}
	return ids[0]
}
