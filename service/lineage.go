package service

import (
	"slices"
	"strconv"
	"strings"

	"github.com/watertight-go/watertight/internal/creators"
	"github.com/watertight-go/watertight/profiles"
)

// dumped is a goroutine of a stack dump (debug=2).
type dumped struct {
	id int64
	// stack is leaf first. creator is the go statement, parent the goroutine that ran it.
	stack   []Frame
	creator Frame
	parent  int64
}

// readDump reads the text of a stack dump. What it does not understand it leaves out.
func readDump(text string) (all []dumped) {
	for block := range strings.SplitSeq(text, "\n\n") {
		lines := strings.Split(strings.TrimSpace(block), "\n")
		id, ok := header(lines[0])
		if !ok {
			continue
		}
		d := dumped{id: id}
		for i := 1; i+1 < len(lines); i += 2 {
			f, ok := placeOf(lines[i+1])
			if !ok {
				i-- // a line by itself: frames that were left out
				continue
			}
			d.add(lines[i], f)
		}
		all = append(all, d)
	}
	return all
}

// header is the ID in "goroutine 12 [select, 3 minutes]:".
func header(line string) (id int64, ok bool) {
	rest, ok := strings.CutPrefix(line, "goroutine ")
	number, _, found := strings.Cut(rest, " ")
	id, err := strconv.ParseInt(number, 10, 64)
	return id, ok && found && err == nil
}

// placeOf is the file and line of "\t/a/b.go:12 +0x1d".
func placeOf(line string) (f Frame, ok bool) {
	rest, ok := strings.CutPrefix(line, "\t")
	if at := strings.LastIndex(rest, " +0x"); at > 0 {
		rest = rest[:at]
	}
	colon := strings.LastIndexByte(rest, ':')
	if !ok || colon < 0 {
		return f, false
	}
	n, err := strconv.ParseInt(rest[colon+1:], 10, 64)
	return Frame{File: rest[:colon], Line: n}, err == nil
}

// add adds a call, or the go statement where the line says "created by".
func (d *dumped) add(call string, at Frame) {
	if by, ok := strings.CutPrefix(call, "created by "); ok {
		name, number, _ := strings.Cut(by, " in goroutine ")
		at.Function = name
		d.creator = at
		d.parent, _ = strconv.ParseInt(number, 10, 64)
		return
	}
	at.Function = call
	if open := strings.LastIndexByte(call, '('); open > 0 {
		at.Function = call[:open]
	}
	d.stack = append(d.stack, at)
}

// ancestry follows creators through the goroutines of a dump and of a trace.
type ancestry struct {
	alive map[int64]dumped
	born  map[int64]creators.Birth
}

// mostGenerations bounds how far a go statement is looked for.
const mostGenerations = 8

// statement is the go statement of the user's own code that a goroutine comes from: its
// own, or that of the nearest goroutine above it that has one. It is nil where none was
// seen, and where the one above is still in the library function that started it: the
// accept loop of a server, whose call says nothing of the request.
func (a ancestry) statement(d dumped) *Frame {
	if own(d.creator) {
		return &d.creator
	}
	if a.alive[d.parent].runs(d.creator.Function) {
		return nil
	}
	id, parent := d.id, d.parent
	for range mostGenerations {
		b, known := a.born[id]
		for _, f := range b.Stack {
			if own(f) {
				return &f
			}
		}
		if known {
			parent = b.Parent
		}
		above, alive := a.alive[parent]
		if alive && own(above.creator) {
			return &above.creator
		}
		if _, known := a.born[parent]; !known && !alive {
			return nil
		}
		id, parent = parent, above.parent
	}
	return nil
}

// runs reports whether a function is on the stack.
func (d dumped) runs(function string) bool {
	return slices.ContainsFunc(d.stack, func(f Frame) bool { return f.Function == function })
}

// own reports whether a call is one of the user's own code.
func own(f profiles.Frame) bool { return f.Function != "" && !f.Standard() && !f.Dependency() }
