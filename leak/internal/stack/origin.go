package stack

import (
	"bytes"
	"hash/maphash"
	"iter"
)

// Calls yields the function and the file of each frame, innermost first, and last the
// function that created the goroutine with the file of the go statement. The slices
// point into the body. It stops before the stacks of ancestors.
func Calls(body []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func(function, file []byte) bool) {
		var function []byte
		for e := range scan(body) {
			switch e.kind {
			case isFrame, isCreated:
				function = e.text
			case isPlace:
				if !yield(function, e.text) {
					return
				}
			case isAncestor:
				return
			}
		}
	}
}

// Birth is how a goroutine began.
type Birth struct {
	// Entry is the function that the go statement called, By the function with the go
	// statement. They are empty where the record does not say, and point into it.
	Entry, By []byte
	// Creator is the goroutine that ran the statement; zero where the record does not say.
	Creator uint64
	// place is the file and line of the go statement.
	place []byte
}

// BirthOf reads the birth alone, which takes a small part of the time of ParseBody.
func BirthOf(body []byte) Birth {
	at := creationLine(body)
	if at < 0 {
		return Birth{Entry: entryLine(body)}
	}
	line, rest := cutLine(body[at:])
	b := Birth{Entry: entryLine(body[:at])}
	b.By, b.Creator, _ = created(line)
	place, _ := cutLine(rest)
	b.place, _, _ = bytes.Cut(place, offset)
	return b
}

var offset = []byte(" +0x")

// originSeed makes all hashes of origins of a process comparable.
var originSeed = maphash.MakeSeed()

// Origin is a hash of where a goroutine comes from. Goroutines of one origin have the
// same, whatever they wait for.
func (b Birth) Origin() uint64 {
	var h maphash.Hash
	h.SetSeed(originSeed)
	h.Write(b.Entry)
	h.Write(newline)
	h.Write(b.By)
	h.Write(b.place)
	return h.Sum64()
}

// creationLine is where the creation line begins; negative where there is none. It is
// the last but one line, unless something follows the record or it has ancestors.
func creationLine(body []byte) int {
	end := len(bytes.TrimSuffix(body, newline))
	place := bytes.LastIndexByte(body[:end], '\n')
	if place > 0 {
		at := bytes.LastIndexByte(body[:place], '\n') + 1
		if bytes.HasPrefix(body[at:], createdBy) && !bytes.Contains(body, originating) {
			return at
		}
	}
	for at := 0; at < len(body); {
		line, _ := cutLine(body[at:])
		switch {
		case bytes.HasPrefix(line, createdBy):
			return at
		case bytes.HasPrefix(line, originating):
			return -1
		}
		at += len(line) + 1
	}
	return -1
}

// entryLine is the function of the outermost frame.
func entryLine(frames []byte) []byte {
	frames = bytes.TrimSuffix(frames, newline)
	// The last line is the frame's place.
	last := bytes.LastIndexByte(frames, '\n')
	if last < 0 {
		return nil
	}
	line := frames[bytes.LastIndexByte(frames[:last], '\n')+1 : last]
	if open := bytes.LastIndexByte(line, '('); open > 0 {
		line = line[:open]
	}
	return line
}
