// Package terminal reports whether output goes to a terminal, and how wide it is.
package terminal

import (
	"io"
	"os"

	"golang.org/x/term"
)

// Of is the descriptor of w, and whether it is a terminal.
func Of(w io.Writer) (int, bool) {
	f, ok := w.(*os.File)
	if !ok {
		return 0, false
	}
	fd := int(f.Fd())
	return fd, term.IsTerminal(fd)
}

// Columns is the width of the terminal fd; 80 where it is unknown.
func Columns(fd int) int {
	if width, _, err := term.GetSize(fd); err == nil && width > 20 {
		return width
	}
	return 80
}
