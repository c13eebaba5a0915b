package stack

import (
	"bytes"
	"strconv"
	"strings"
)

// ParseBody reads the lines behind a header. It never fails: lines that it does
// not understand are counted.
func ParseBody(body []byte) Trace {
	p := bodyParser{}
	for line := range bytes.Lines(body) {
		p.line(string(bytes.TrimSuffix(line, []byte("\n"))))
	}
	p.dropBare()
	return p.trace
}

// bodyParser holds where the next line belongs.
type bodyParser struct {
	trace Trace
	// place is the frame that waits for its file line.
	place *Frame
	// bare is a line without arguments, which is a frame only if the line after
	// it has the program counter of a cgo frame.
	bare string
	// ended says that the creation line has been read: what follows, if it is
	// not an ancestor, is what a crash prints last.
	ended bool
}

func (p *bodyParser) line(line string) {
	if text, ok := strings.CutPrefix(line, "\t"); ok {
		p.indented(text)
		return
	}
	p.place = nil
	p.dropBare()
	switch {
	case line == "":
	case strings.HasPrefix(line, "created by "):
		p.created(strings.TrimPrefix(line, "created by "))
	case strings.HasPrefix(line, "[originating from goroutine "):
		p.ancestor(strings.TrimPrefix(line, "[originating from goroutine "))
	case strings.HasPrefix(line, "...") && strings.HasSuffix(line, " frames elided..."):
		p.elided(strings.TrimSuffix(line[len("..."):], " frames elided..."))
	case strings.HasPrefix(line, "runtime: "):
		p.trace.Skipped++
	case p.ended:
		p.trace.Skipped++
	default:
		p.frame(line)
	}
}

// dropBare counts a line as skipped that turned out to be no frame.
func (p *bodyParser) dropBare() {
	if p.bare != "" {
		p.trace.Skipped++
		p.bare = ""
	}
}

// indented is a frame's place, or the note that there is no stack.
func (p *bodyParser) indented(text string) {
	switch {
	case text == "goroutine running on other thread; stack unavailable":
		p.trace.Unavailable = true
	case p.bare != "" && strings.Contains(text, "pc="):
		p.add(p.bare)
		p.bare = ""
		parsePlace(text, p.place)
	case p.place != nil && parsePlace(text, p.place):
	default:
		p.trace.Skipped++
	}
	p.dropBare()
	p.place = nil
}

// frames is the list that frame lines add to at this point.
func (p *bodyParser) frames() *[]Frame {
	if n := len(p.trace.Ancestors); n > 0 {
		return &p.trace.Ancestors[n-1].Frames
	}
	return &p.trace.Frames
}

// frame reads "pkg.Func(args)", "non-Go function at pc=0x1", or the bare name
// that a cgo symbolizer gave.
func (p *bodyParser) frame(line string) {
	if strings.HasSuffix(line, ")") {
		// Arguments hold no parenthesis, but receivers do: take the last.
		if open := strings.LastIndexByte(line, '('); open > 0 {
			p.add(line[:open])
			return
		}
	}
	if strings.HasPrefix(line, "non-Go function at pc=") {
		p.add("non-Go function")
		return
	}
	p.bare = line
}

func (p *bodyParser) add(name string) {
	list := p.frames()
	*list = append(*list, Frame{Func: name})
	p.place = &(*list)[len(*list)-1]
}

// created reads "pkg.Func in goroutine 7", or the name alone.
func (p *bodyParser) created(text string) {
	created := &p.trace.Created
	if n := len(p.trace.Ancestors); n > 0 {
		created = &p.trace.Ancestors[n-1].Created
	}
	name := text
	if i := strings.LastIndex(text, " in goroutine "); i >= 0 {
		if id, err := strconv.ParseUint(text[i+len(" in goroutine "):], 10, 64); err == nil {
			name = text[:i]
			if len(p.trace.Ancestors) == 0 {
				p.trace.Creator = id
			}
		}
	}
	*created = Frame{Func: name}
	p.place = created
	p.ended = true
}

func (p *bodyParser) ancestor(text string) {
	id, err := strconv.ParseUint(strings.TrimSuffix(text, "]:"), 10, 64)
	if err != nil {
		p.trace.Skipped++
		return
	}
	p.trace.Ancestors = append(p.trace.Ancestors, Ancestor{ID: id})
	p.ended = false
}

// elided reads the number in "...7 frames elided..."; ancestors say "additional".
func (p *bodyParser) elided(count string) {
	n, err := strconv.Atoi(count)
	if err != nil || n < 0 {
		n = -1
	}
	if a := len(p.trace.Ancestors); a > 0 {
		p.trace.Ancestors[a-1].Elided = n
		return
	}
	p.trace.Elided = n
}

// parsePlace reads "/path/file.go:12 +0x1d fp=0x1 sp=0x2 pc=0x3" or, for cgo,
// "/path/file.c:12 pc=0x3" and "pc=0x3".
func parsePlace(text string, f *Frame) bool {
	if strings.HasPrefix(text, "pc=") {
		return true
	}
	// A path may hold blanks and colons; the line number is behind the last
	// colon that digits follow.
	for end := len(text); end > 0; {
		colon := strings.LastIndexByte(text[:end], ':')
		if colon < 0 {
			return false
		}
		digits := text[colon+1:]
		if n := strings.IndexFunc(digits, func(r rune) bool { return r < '0' || r > '9' }); n >= 0 {
			digits = digits[:n]
		}
		if line, err := strconv.Atoi(digits); err == nil {
			f.File, f.Line = text[:colon], line
			return true
		}
		end = colon
	}
	return false
}

// Creator reads only the number of the goroutine that created this one; zero
// where the record does not say.
func Creator(body []byte) uint64 {
	key := []byte(" in goroutine ")
	i := bytes.LastIndex(body, key)
	if i < 0 {
		return 0
	}
	id, rest, ok := number(body[i+len(key):])
	if !ok || len(rest) > 0 && rest[0] != '\n' {
		return 0
	}
	return id
}
