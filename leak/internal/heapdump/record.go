package heapdump

import (
	"encoding/binary"
	"fmt"
	"io"
)

// The tags of records. Others are skipped by skipped.
const (
	tagEOF        = 0
	tagObject     = 1
	tagGoroutine  = 4
	tagStackFrame = 5
	tagParams     = 6
	tagMemProf    = 16
)

// skipped says what the other records are made of: i is a number, s a string or a
// range of memory, f a list of fields.
var skipped = map[uint64]string{
	2:  "si",      // other root
	3:  "iisi",    // type
	7:  "iiiii",   // finalizer
	8:  "ii",      // itab
	9:  "iii",     // thread
	11: "iiiii",   // queued finalizer
	12: "isf",     // data segment
	13: "isf",     // bss segment
	14: "iiiiiii", // defer
	15: "iiiiii",  // panic
	17: "ii",      // sample of an allocation

	tagStackFrame: "iiisiiisf",
	// 24 figures, 256 pauses, the number of collections.
	tagMemStats: "",
}

const (
	tagMemStats     = 10
	memStatsNumbers = 24 + 256 + 1
)

// record reads what follows a tag.
func (d *decoder) record(tag uint64) {
	if d.err != nil {
		return
	}
	d.records++
	switch tag {
	case tagEOF:
		d.ended = true
	case tagObject:
		d.object()
	case tagGoroutine:
		d.goroutine()
	case tagParams:
		d.params()
	case tagMemProf:
		d.memProf()
	case tagMemStats:
		d.ints(memStatsNumbers)
	default:
		d.skip(tag)
	}
}

func (d *decoder) skip(tag uint64) {
	shape, ok := skipped[tag]
	if !ok {
		d.fail(fmt.Errorf("got tag %d, want one of 0 to 17", tag))
		return
	}
	for _, part := range shape {
		switch part {
		case 'i':
			d.int()
		case 's':
			d.discard(d.int())
		case 'f':
			d.fields()
		}
	}
}

func (d *decoder) object() {
	addr, size := d.int(), d.int()
	if d.Object == nil || size > uint64(max(d.MaxObject, 0)) {
		d.discard(size)
		d.fields()
		return
	}
	data := d.bytes(size)
	d.fields()
	if d.err == nil {
		d.Object(Object{Addr: addr, Data: data})
	}
}

func (d *decoder) goroutine() {
	var g Goroutine
	g.Addr = d.int()
	d.int() // stack pointer
	g.ID = d.int()
	d.int() // creating place
	g.Status = d.int()
	d.ints(3) // system, background, blocked since
	g.WaitReason = d.text()
	d.ints(4) // context, thread, defer, panic
	if d.err == nil && d.Goroutine != nil {
		d.Goroutine(g)
	}
}

func (d *decoder) params() {
	var p Params
	p.BigEndian = d.int() != 0
	p.PointerSize = int(min(d.int(), 1<<10))
	d.ints(2) // the heap's range
	d.text()  // architecture
	d.text()  // version
	d.int()   // processors
	if d.err == nil && d.Params != nil {
		d.Params(p)
	}
}

func (d *decoder) memProf() {
	d.ints(2)
	for n := d.int(); n > 0 && d.err == nil; n-- {
		d.discard(d.int())
		d.discard(d.int())
		d.int()
	}
	d.ints(2)
}

// maxField is the last kind of a field.
const maxField = 3

// fields reads a list of fields: kinds and offsets, until a kind of zero. Memory full of
// pointers has one for each word.
func (d *decoder) fields() {
	for d.err == nil && !d.bufferedFields() {
		switch kind := d.int(); {
		case d.err != nil || kind == 0:
			return
		case kind > maxField:
			d.fail(fmt.Errorf("got a field of kind %d, want 0 to %d", kind, maxField))
		}
		d.int()
	}
}

// bufferedFields reads as many fields as the buffer holds completely. It reports whether
// the list has ended.
func (d *decoder) bufferedFields() (ended bool) {
	in, _ := d.in.Peek(d.in.Buffered())
	read := 0
	for read < len(in) && in[read] <= maxField {
		if in[read] == 0 {
			read, ended = read+1, true
			break
		}
		_, n := binary.Uvarint(in[read+1:])
		if n <= 0 {
			break
		}
		read += 1 + n
	}
	d.discard(uint64(read))
	return ended
}

func (d *decoder) int() uint64 {
	if d.err != nil {
		return 0
	}
	n, err := binary.ReadUvarint(d.in)
	if err != nil {
		d.fail(err)
		return 0
	}
	return n
}

func (d *decoder) ints(n int) {
	for ; n > 0 && d.err == nil; n-- {
		d.int()
	}
}

// bytes reads n bytes, which are valid until the next call.
func (d *decoder) bytes(n uint64) []byte {
	if d.err != nil {
		return nil
	}
	if uint64(cap(d.buf)) < n {
		d.buf = make([]byte, n)
	}
	d.buf = d.buf[:n]
	if _, err := io.ReadFull(d.in, d.buf); err != nil {
		d.fail(err)
	}
	return d.buf
}

// maxText bounds the strings that are kept.
const maxText = 1 << 12

func (d *decoder) text() string {
	n := d.int()
	if n > maxText {
		d.fail(fmt.Errorf("got a text of %d bytes, want at most %d", n, maxText))
		return ""
	}
	return string(d.bytes(n))
}

func (d *decoder) discard(n uint64) {
	for n > 0 && d.err == nil {
		part := int(min(n, 1<<30))
		if _, err := d.in.Discard(part); err != nil {
			d.fail(err)
		}
		n -= uint64(part)
	}
}
