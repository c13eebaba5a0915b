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

// Creation reads only the creation line: the function that created the goroutine, and
// the number of the goroutine that ran it. Both are zero where the record does not say.
func Creation(body []byte) (function []byte, id uint64) {
	at := creationLine(body)
	if at < 0 {
		return nil, 0
	}
	line, _ := cutLine(body[at:])
	function, id, _ = created(line)
	return function, id
}

// creationLine is where the creation line begins; negative where there is none.
func creationLine(body []byte) int {
	if i := bytes.Index(body, originating); i >= 0 {
		body = body[:i]
	}
	at := bytes.LastIndex(body, createdBy)
	if at > 0 && body[at-1] != '\n' {
		return -1
	}
	return at
}

// originSeed makes all hashes of origins of a process comparable.
var originSeed = maphash.MakeSeed()

// OriginHash is a hash of where a goroutine comes from: the function that the go
// statement called, and the function and line of that statement. Goroutines of one
// origin have the same hash, whatever they wait for.
func OriginHash(body []byte) uint64 {
	at := creationLine(body)
	if at < 0 {
		at = len(body)
	}
	var h maphash.Hash
	h.SetSeed(originSeed)
	h.Write(entryLine(body[:at]))
	function, _ := Creation(body)
	h.Write(function)
	_, place := cutLine(body[at:])
	place, _ = cutLine(place)
	place, _, _ = bytes.Cut(place, []byte(" +0x"))
	h.Write(place)
	return h.Sum64()
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

// Entry is the function that the go statement called; empty where it is not known.
func Entry(body []byte) []byte {
	if at := creationLine(body); at >= 0 {
		body = body[:at]
	}
	return entryLine(body)
}
