package stress

import (
	"io"
	"os"

	"github.com/watertight-go/watertight/reports/text"
	"github.com/watertight-go/watertight/stress/internal/terminal"
)

// colorArgs is the flag of the commands that print in colour.
type colorArgs struct {
	Color string `help:"Colour: auto (on a terminal, unless NO_COLOR is set), always or never." default:"auto" placeholder:"WHEN"`
}

// checkColor refuses unknown values of -color.
func (a colorArgs) checkColor() error {
	return oneOf("-color", "value", a.Color, "auto", "always", "never")
}

// colored reports whether output to stdout is coloured.
func (a colorArgs) colored(stdout io.Writer) bool {
	_, isTerminal := terminal.Of(stdout)
	return colored(a.Color, surroundings{terminal: isTerminal, noColor: os.Getenv("NO_COLOR")})
}

// surroundings are what -color=auto decides by. NO_COLOR is described at
// no-color.org.
type surroundings struct {
	terminal bool
	noColor  string
}

func colored(when string, s surroundings) bool {
	return when == "always" || when == "auto" && s.terminal && s.noColor == ""
}

// layout is how the report of a file is printed: in colour where that is wanted,
// and as wide as the terminal.
func (a colorArgs) layout(file string, stdout io.Writer) text.Options {
	o := text.Options{File: file, Color: a.colored(stdout)}
	if fd, ok := terminal.Of(stdout); ok {
		o.Width = terminal.Columns(fd)
	}
	return o
}
