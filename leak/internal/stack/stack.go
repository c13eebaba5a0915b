// Package stack reads the stack dumps that the Go runtime writes: those of
// runtime.Stack, of a crash and of /debug/pprof/goroutine?debug=2, from Go 1.24
// to Go 1.27.
//
// It reads the text and judges nothing. It never panics on odd input: text that it
// does not understand is an error, or is counted as skipped.
package stack

import (
	"bytes"
	"errors"
	"iter"
	"time"
)

// Header is the first line of a goroutine's record.
type Header struct {
	// ID is zero for the stacks of the scheduler, which a crash prints.
	ID uint64
	// State is the scheduler's word without the marks below, as in
	// "chan receive" or "chan receive (nil chan)".
	State string
	// Leaked: the garbage collector proved that nothing can wake it.
	Leaked bool
	// Scan: the dump was made while the collector scanned this stack.
	Scan bool
	// Durable: blocked durably, in the sense of testing/synctest.
	Durable bool
	// Locked: wired to its thread.
	Locked bool
	// Wait is how long it has been blocked, in whole minutes.
	Wait time.Duration
	// Bubble is the number of its synctest bubble; zero for none.
	Bubble uint64
	// Labels are its pprof labels, where the runtime printed them.
	Labels []Label
	// Extra are attributes in the brackets that this package does not know.
	Extra []string
}

// Label is one pprof label.
type Label struct{ Key, Value string }

// Frame is one call.
type Frame struct {
	Func string
	File string
	Line int
}

// Trace is a goroutine's stack.
type Trace struct {
	// Frames are the calls, innermost first. Frames that the runtime elided
	// are missing and counted in Elided; -1 where it did not say how many.
	Frames []Frame
	Elided int
	// Unavailable: it ran on another thread, and only Created is known.
	Unavailable bool
	// Created is the go statement; Func is empty where the dump has none.
	Created Frame
	// Creator is the goroutine that ran it; zero where the dump has none.
	Creator uint64
	// Ancestors are the stacks that led here, with GODEBUG=tracebackancestors.
	Ancestors []Ancestor
	// Skipped is the number of lines that were not understood.
	Skipped int
}

// Ancestor is the stack of a creator at the moment of creation.
type Ancestor struct {
	ID      uint64
	Frames  []Frame
	Elided  int
	Created Frame
}

// Record is one goroutine of a dump. Its slices point into the dump.
type Record struct {
	// Text is the whole record, Head its first line, Body the lines after it.
	Text, Head, Body []byte
}

var (
	prefix    = []byte("goroutine ")
	separator = []byte("\n\n")
)

// Records splits a dump. Text outside of goroutine records, such as the message
// and the registers of a crash, is passed over.
func Records(dump []byte) iter.Seq[Record] {
	return func(yield func(Record) bool) {
		for len(dump) > 0 {
			part := dump
			if i := bytes.Index(dump, separator); i >= 0 {
				part, dump = dump[:i+1], dump[i+2:]
			} else {
				dump = nil
			}
			start, ok := findHead(part)
			if !ok {
				continue
			}
			text := part[start:]
			head, body, _ := bytes.Cut(text, newline)
			if !yield(Record{Text: text, Head: head, Body: body}) {
				return
			}
		}
	}
}

// findHead finds the first line of part that is a header.
func findHead(part []byte) (int, bool) {
	for at := 0; at < len(part); {
		line := part[at:]
		if i := bytes.IndexByte(line, '\n'); i >= 0 {
			line = line[:i]
		}
		if isHead(line) {
			return at, true
		}
		at += len(line) + 1
	}
	return 0, false
}

// isHead tells "goroutine 7 [" from "goroutine running on other thread".
func isHead(line []byte) bool {
	rest, ok := bytes.CutPrefix(line, prefix)
	return ok && len(rest) > 0 && rest[0] >= '0' && rest[0] <= '9' && bytes.IndexByte(rest, '[') > 0
}

// Goroutine is a record read in full.
type Goroutine struct {
	Header
	Trace
}

// Parse reads a whole dump. Records whose header makes no sense are left out
// and counted. It fails where the dump has no record at all.
func Parse(dump []byte) (all []Goroutine, skipped int, err error) {
	for r := range Records(dump) {
		h, err := ParseHeader(r.Head)
		if err != nil {
			skipped++
			continue
		}
		all = append(all, Goroutine{Header: h, Trace: ParseBody(r.Body)})
	}
	if len(all) == 0 {
		return nil, skipped, errors.New("stack: parse: got no goroutine record, want at least one")
	}
	return all, skipped, nil
}
