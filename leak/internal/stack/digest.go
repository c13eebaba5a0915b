package stack

import (
	"bytes"
	"hash/maphash"
)

var (
	createdBy = []byte("created by ")
	inGo      = []byte(" in goroutine ")
	newline   = []byte("\n")
)

// Digest hashes a body without what differs between goroutines that stand at
// the same place: arguments and the creator's number. Reading a record in full
// costs some microseconds; a dump of a hundred thousand goroutines mostly has a
// handful of different stacks, which the digest tells apart without allocating.
func Digest(h *maphash.Hash, body []byte) {
	for len(body) > 0 {
		line, rest, _ := bytes.Cut(body, newline)
		body = rest
		switch {
		case len(line) > 0 && line[0] == '\t':
		case bytes.HasPrefix(line, createdBy):
			if i := bytes.LastIndex(line, inGo); i >= 0 {
				line = line[:i]
			}
		case len(line) > 0 && line[len(line)-1] == ')':
			if i := bytes.LastIndexByte(line, '('); i > 0 {
				line = line[:i]
			}
		}
		h.Write(line)
		h.WriteByte('\n')
	}
}
