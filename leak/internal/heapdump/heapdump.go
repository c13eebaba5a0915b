// Package heapdump reads the heap dumps that runtime/debug.WriteHeapDump makes, from
// Go 1.24 to Go 1.27, while they stream by. It gives the objects and the goroutines of a
// dump to its caller, keeps nothing and judges nothing. A damaged dump is an error.
//
// The format is described at https://go.dev/s/go15heapdump; runtime/heapdump.go of each
// Go version writes it.
package heapdump

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// Params are those of the process that made the dump.
type Params struct {
	// BigEndian says how words are stored, PointerSize how many bytes they have.
	BigEndian   bool
	PointerSize int
}

// Object is one slot of the heap that is in use.
type Object struct {
	Addr uint64
	// Data are the bytes of the whole slot, valid until the visitor returns.
	Data []byte
}

// Goroutine is a goroutine that did not run.
type Goroutine struct {
	// Addr is the address of the runtime's g, ID the number that stack dumps print.
	Addr, ID uint64
	// Status is the runtime's number for what it does: Waiting, or another.
	Status uint64
	// WaitReason is the scheduler's word, as in "select".
	WaitReason string
}

// Waiting is the status of a goroutine that is blocked.
const Waiting = 4

// Visitor is called for each record of its kind, in the order of the dump: params,
// objects, goroutines. Functions that are nil are not called.
type Visitor struct {
	Params    func(Params)
	Object    func(Object)
	Goroutine func(Goroutine)
	// MaxObject is the size of the largest object that Object is called for.
	MaxObject int
}

// header is the first line of a dump.
const header = "go1.7 heap dump\n"

// Read reads a whole dump.
func Read(r io.Reader, v Visitor) error {
	d := &decoder{in: bufio.NewReaderSize(r, 64<<10), Visitor: v}
	d.readHeader()
	for d.err == nil && !d.ended {
		d.record(d.int())
	}
	if d.err != nil {
		return fmt.Errorf("heapdump: read record %d: %w", d.records, d.err)
	}
	return nil
}

// decoder reads a dump. After an error it reads zeros.
type decoder struct {
	Visitor
	in      *bufio.Reader
	buf     []byte
	records int
	ended   bool
	err     error
}

func (d *decoder) readHeader() {
	got := make([]byte, len(header))
	if _, err := io.ReadFull(d.in, got); err != nil {
		d.fail(err)
	} else if string(got) != header {
		d.fail(fmt.Errorf("got header %q, want %q", got, header))
	}
}

func (d *decoder) fail(err error) {
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	if d.err == nil {
		d.err = err
	}
}
