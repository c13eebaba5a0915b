package stack

import (
	"bytes"
	"iter"
)

// kind says what a line of a body is.
type kind byte

const (
	isSkipped kind = iota
	isFrame
	isPlace
	isCreated
	isAncestor
	isElided
	isUnavailable
)

// event is one line of a body that means something. Its text points into the
// body.
type event struct {
	kind kind
	// text is a function's name, or a file.
	text []byte
	// n is a line, a goroutine's number (zero where the line has none), or the
	// number of elided frames (-1 where the line does not say).
	n uint64
	// ofCreation says that a place belongs to the creation line, not to a frame.
	ofCreation bool
}

var (
	createdBy   = []byte("created by ")
	inGo        = []byte(" in goroutine ")
	originating = []byte("[originating from goroutine ")
	dots        = []byte("...")
	elidedTail  = []byte(" frames elided...")
	runtimeSays = []byte("runtime: ")
	nonGoAt     = []byte("non-Go function at pc=")
	nonGo       = []byte("non-Go function")
	elsewhere   = []byte("goroutine running on other thread; stack unavailable")
	pc          = []byte("pc=")
	newline     = []byte("\n")
)

// unknown is the number of elided frames that the runtime did not count.
const unknown = 1<<64 - 1

// scan reads a body line by line. Every reader of a body goes through it, so that
// ParseBody and the faster functions for parts of a body cannot disagree.
func scan(body []byte) iter.Seq[event] {
	return func(yield func(event) bool) {
		s := scanner{}
		for len(body) > 0 {
			var line []byte
			line, body = cutLine(body)
			if len(line) == 0 {
				s.after = nothing
				continue
			}
			if e, ok := s.read(line, body); ok && !yield(e) {
				return
			}
		}
	}
}

func cutLine(text []byte) (line, rest []byte) {
	if i := bytes.IndexByte(text, '\n'); i >= 0 {
		return text[:i], text[i+1:]
	}
	return text, nil
}

// place says to which line a file and line that come next belong.
type place byte

const (
	nothing place = iota
	frame
	creation
)

// scanner holds where the next line belongs.
type scanner struct {
	after place
	// ended says that the creation line has been read. Unless an ancestor follows,
	// the rest is the text that a crash prints last.
	ended bool
}

// read says what a line is; rest are the lines after it. A line of a cgo frame that
// has only "pc=" gives no event.
func (s *scanner) read(line, rest []byte) (event, bool) {
	after := s.after
	s.after = nothing
	switch {
	case line[0] == '\t':
		return indented(line[1:], after)
	case line[0] == '[':
		id, ok := ancestor(line)
		if !ok {
			return event{}, true
		}
		s.ended = false
		return event{kind: isAncestor, n: id}, true
	case s.ended || bytes.HasPrefix(line, runtimeSays):
		return event{}, true
	case bytes.HasPrefix(line, dots) && bytes.HasSuffix(line, elidedTail) && len(line) > len(dots)+len(elidedTail):
		return event{kind: isElided, n: count(line[len(dots) : len(line)-len(elidedTail)])}, true
	}
	if name, id, ok := created(line); ok {
		s.after, s.ended = creation, true
		return event{kind: isCreated, text: name, n: id}, true
	}
	name, ok := function(line, rest)
	if !ok {
		return event{}, true
	}
	s.after = frame
	return event{kind: isFrame, text: name}, true
}

// indented reads a line that begins with a tab: the place of the line before it, or
// the note that there is no stack.
func indented(text []byte, after place) (event, bool) {
	if bytes.Equal(text, elsewhere) {
		return event{kind: isUnavailable}, true
	}
	if after == nothing {
		return event{}, true
	}
	if bytes.HasPrefix(text, pc) {
		return event{}, false
	}
	file, line, ok := filePlace(text)
	if !ok {
		return event{}, true
	}
	return event{kind: isPlace, text: file, n: line, ofCreation: after == creation}, true
}

// function reads "pkg.Func(args)", "non-Go function at pc=0x1", or the bare name
// that a cgo symbolizer gave, which is a frame only if the line after it has the
// program counter.
func function(line, rest []byte) (name []byte, ok bool) {
	if line[len(line)-1] == ')' {
		// Arguments hold no parenthesis, but receivers do: take the last.
		if open := bytes.LastIndexByte(line, '('); open > 0 {
			return line[:open], true
		}
	}
	if bytes.HasPrefix(line, nonGoAt) {
		return nonGo, true
	}
	next, _ := cutLine(rest)
	return line, len(next) > 0 && next[0] == '\t' && bytes.Contains(next, pc)
}

// created reads "created by pkg.Func in goroutine 7", or without the number.
func created(line []byte) (name []byte, id uint64, ok bool) {
	name, ok = bytes.CutPrefix(line, createdBy)
	if !ok {
		return nil, 0, false
	}
	if i := bytes.LastIndex(name, inGo); i >= 0 {
		if id, tail, ok := number(name[i+len(inGo):]); ok && len(tail) == 0 {
			return name[:i], id, i > 0
		}
	}
	return name, 0, len(name) > 0
}

// ancestor reads "[originating from goroutine 7]:".
func ancestor(line []byte) (id uint64, ok bool) {
	rest, ok := bytes.CutPrefix(line, originating)
	if !ok {
		return 0, false
	}
	id, rest, ok = number(rest)
	return id, ok && string(rest) == "]:"
}

// count reads the number in "...7 frames elided..."; ancestors say "additional".
func count(text []byte) uint64 {
	if n, tail, ok := number(text); ok && len(tail) == 0 && n <= maxLine {
		return n
	}
	return unknown
}

// maxLine is more than any file has lines and any stack frames; numbers above
// it are none.
const maxLine = 1<<31 - 1

// filePlace reads "/path/file.go:12 +0x1d fp=0x1 sp=0x2 pc=0x3" or, for cgo,
// "/path/file.c:12 pc=0x3". A path may hold blanks and colons; the line number
// is behind the last colon that digits follow.
func filePlace(text []byte) (file []byte, line uint64, ok bool) {
	for end := len(text); end > 0; {
		colon := bytes.LastIndexByte(text[:end], ':')
		if colon < 0 {
			break
		}
		if n, _, ok := number(text[colon+1:]); ok && n <= maxLine && colon > 0 {
			return text[:colon], n, true
		}
		end = colon
	}
	return nil, 0, false
}
