// Package screen writes text for a terminal: wrapped lines, tables that fit, and colour
// that is never the only sign of a thing. Its texts must be clean, as package plaintext
// makes them.
package screen

import (
	"cmp"
	"io"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/internal/plaintext"
)

// Terminal is what text is written for.
type Terminal struct {
	// Color adds ANSI colours.
	Color bool
	// Width is how many columns a line may take. Zero means Widest; less than 60 means 60.
	Width int
}

// Widest is how wide lines become at most: longer ones are hard to read.
const Widest = 100

const (
	narrowest  = 60
	leastCell  = 12
	cellMargin = 2
)

// Tone is how a line is coloured.
type Tone string

const (
	Good  Tone = "1;32"
	Bad   Tone = "1;31"
	Doubt Tone = "1;33"
)

// ToneOf is the tone of an exit code: 0 is good, 1 bad, any other doubtful.
func ToneOf(exitCode int) Tone {
	return cmp.Or(map[int]Tone{0: Good, 1: Bad}[exitCode], Doubt)
}

// Screen collects lines.
type Screen struct {
	b     strings.Builder
	color bool
	width int
}

// New is an empty screen.
func New(to Terminal) *Screen {
	return &Screen{color: to.Color, width: max(cmp.Or(to.Width, Widest), narrowest)}
}

// Blank adds an empty line.
func (s *Screen) Blank() { s.b.WriteByte('\n') }

// Line adds a text, which may take several lines, each indented.
func (s *Screen) Line(indent, text string) {
	for _, line := range plaintext.Wrap(text, s.width-len(indent)) {
		s.b.WriteString(indent + line + "\n")
	}
}

// Toned is Line in colour.
func (s *Screen) Toned(text string, t Tone) {
	for _, line := range plaintext.Wrap(text, s.width) {
		if s.color {
			line = "\x1b[" + string(t) + "m" + line + "\x1b[0m"
		}
		s.b.WriteString(line + "\n")
	}
}

// Lines adds texts, each by itself, after an empty line; nothing where there is none.
func (s *Screen) Lines(all []string) {
	for i, text := range all {
		if i == 0 {
			s.Blank()
		}
		s.Line("", text)
	}
}

// Quoted adds lines as they are, each cut to the width: those of a log or of a stack.
func (s *Screen) Quoted(indent string, lines []string) {
	for _, line := range lines {
		s.b.WriteString(strings.TrimRight(indent+plaintext.Shorten(line, s.width-len(indent)), " ") + "\n")
	}
}

// Table adds rows of cells, as many in each, after an empty line. Where a line does not
// fit, the widest columns are shortened.
func (s *Screen) Table(rows [][]string) {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], plaintext.Width(cell))
		}
	}
	fit(widths, s.width-cellMargin*(len(widths)-1))
	s.Blank()
	for _, row := range rows {
		line := ""
		for i, cell := range row {
			cell = plaintext.Shorten(cell, widths[i])
			line += cell + strings.Repeat(" ", max(widths[i]-plaintext.Width(cell), 0)+cellMargin)
		}
		s.b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}

// fit makes the widest columns narrower until all take at most so much together.
func fit(widths []int, most int) {
	total := 0
	for _, w := range widths {
		total += w
	}
	for ; total > most; total-- {
		widest := slices.Max(widths)
		if widest <= leastCell {
			return
		}
		widths[slices.Index(widths, widest)]--
	}
}

// String is all that was added.
func (s *Screen) String() string { return s.b.String() }

// WriteTo writes all that was added.
func (s *Screen) WriteTo(w io.Writer) (int64, error) {
	n, err := io.WriteString(w, s.b.String())
	return int64(n), err
}
