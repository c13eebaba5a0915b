package stack

import (
	"encoding/binary"
	"hash/maphash"
)

// Digest hashes a body without the parts that differ between goroutines at the same
// place: arguments, program counters, the numbers of creators and ancestors, and lines
// that mean nothing. Two bodies have the same digest
// if Trace.Shape of the two is equal, and otherwise only by a chance of one in
// 2^64. Reading a record in full costs some microseconds; a dump of a hundred
// thousand goroutines mostly has a handful of different stacks, which the
// digest tells apart without allocating.
func Digest(h *maphash.Hash, body []byte) {
	elided, unavailable := uint64(0), uint64(0)
	for e := range scan(body) {
		switch e.kind {
		case isFrame, isCreated:
			mix(h, e.kind, e.text, 0)
		case isPlace:
			mix(h, e.kind, e.text, e.n)
		case isAncestor:
			mix(h, isElided, nil, elided)
			mix(h, e.kind, nil, 0)
			elided = 0
		case isElided:
			elided = e.n
		case isUnavailable:
			unavailable = 1
		}
	}
	mix(h, isElided, nil, elided)
	mix(h, isUnavailable, nil, unavailable)
}

// mix writes one line so that no two sequences of lines look the same.
func mix(h *maphash.Hash, k kind, text []byte, n uint64) {
	var head [1 + 8 + 8]byte
	head[0] = byte(k)
	binary.LittleEndian.PutUint64(head[1:], uint64(len(text)))
	binary.LittleEndian.PutUint64(head[9:], n)
	h.Write(head[:])
	h.Write(text)
}

// Shape is the part of a trace that goroutines at the same place share.
func (t Trace) Shape() Trace {
	t.Creator, t.Skipped = 0, 0
	ancestors := t.Ancestors
	t.Ancestors = nil
	for _, a := range ancestors {
		a.ID = 0
		t.Ancestors = append(t.Ancestors, a)
	}
	return t
}
