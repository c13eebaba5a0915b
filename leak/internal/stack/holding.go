package stack

import (
	"bytes"
	"iter"
)

// Holding yields those of Records(dump) whose body holds the text, which has no
// empty line. It is for text that few of many records hold: it does not visit the
// others one by one.
func Holding(dump, text []byte) iter.Seq[Record] {
	search := newSearch(dump, text)
	return func(yield func(Record) bool) {
		for {
			at := search.index(dump)
			if at < 0 {
				return
			}
			start, end := 0, len(dump)
			if i := bytes.LastIndex(dump[:at], separator); i >= 0 {
				start = i + len(separator)
			}
			if i := bytes.Index(dump[at:], separator); i >= 0 {
				end = at + i + 1
			}
			for r := range Records(dump[start:end]) {
				if bytes.Contains(r.Body, text) && !yield(r) {
					return
				}
			}
			dump = dump[end:]
		}
	}
}

// search finds a text from its rarest byte on: bytes.Index is ten times faster
// and more where the first byte is rare (BenchmarkSearch).
type search struct {
	text []byte
	// from is the index of the rarest byte.
	from int
}

// sampled is how much of a dump tells which bytes are rare, in bytes.
const sampled = 4 << 10

func newSearch(dump, text []byte) search {
	var seen [256]int
	for _, b := range dump[:min(sampled, len(dump))] {
		seen[b]++
	}
	s := search{text: text}
	for i, b := range text {
		if seen[b] < seen[text[s.from]] {
			s.from = i
		}
	}
	return s
}

// index is bytes.Index of the text.
func (s search) index(in []byte) int {
	for at := s.from; at <= len(in); {
		i := bytes.Index(in[at:], s.text[s.from:])
		if i < 0 {
			return -1
		}
		at += i
		if bytes.HasPrefix(in[at-s.from:], s.text) {
			return at - s.from
		}
		at++
	}
	return -1
}
