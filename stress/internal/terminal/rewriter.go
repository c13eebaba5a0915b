package terminal

import (
	"bytes"
	"fmt"
	"io"
)

// Rewriter shows the last line that was written to it, on one line of a terminal.
type Rewriter struct {
	w       io.Writer
	columns int
	rest    []byte
}

// NewRewriter is a Rewriter where w is a terminal. Elsewhere it is w, and every line stays.
// Call the function when all is written.
func NewRewriter(w io.Writer) (io.Writer, func()) {
	fd, ok := Of(w)
	if !ok {
		return w, func() {}
	}
	r := &Rewriter{w: w, columns: Columns(fd)}
	return r, r.Clear
}

// Write shows the last whole line.
func (r *Rewriter) Write(p []byte) (int, error) {
	r.rest = append(r.rest, p...)
	end := bytes.LastIndexByte(r.rest, '\n')
	if end < 0 {
		return len(p), nil
	}
	line := r.rest[bytes.LastIndexByte(r.rest[:end], '\n')+1 : end]
	_, err := fmt.Fprintf(r.w, "\r\033[K%.*s", r.columns-1, line)
	r.rest = append(r.rest[:0], r.rest[end+1:]...)
	return len(p), err
}

// Clear clears the line.
func (r *Rewriter) Clear() { fmt.Fprint(r.w, "\r\033[K") }
