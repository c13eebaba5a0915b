package stress

import (
	"io"
	"os"

	"github.com/watertight-go/watertight/reports/text"
	"github.com/watertight-go/watertight/stress/internal/terminal"
)

// display is how the terminal report of a file is printed: as wide as the terminal,
// in colour where that is wanted.
func display(when, file string, stdout io.Writer) text.Options {
	fd, isTerminal := terminal.Of(stdout)
	o := text.Options{File: file, Color: colored(when, isTerminal, os.Getenv("NO_COLOR"))}
	if isTerminal {
		o.Width = terminal.Columns(fd)
	}
	return o
}

// colored says whether to print colour: as when says, or by itself on a
// terminal where NO_COLOR (see no-color.org) is not set.
func colored(when string, isTerminal bool, noColor string) bool {
	return when == "always" || when == "auto" && isTerminal && noColor == ""
}
