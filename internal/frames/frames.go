// Package frames writes the functions and stacks of profiles as short text that is safe to
// show.
package frames

import (
	"fmt"
	"path"
	"strings"

	"github.com/watertight-go/watertight/internal/format"
	"github.com/watertight-go/watertight/internal/plaintext"
	"github.com/watertight-go/watertight/profiles"
)

// Function is a function without the folders of its package.
func Function(name string) string {
	head, generic := name, ""
	if i := strings.IndexByte(name, '['); i >= 0 {
		head, generic = name[:i], name[i:]
	}
	return clean(path.Base(head) + generic)
}

// Functions is Function for each of them.
func Functions(names []string) string {
	var short []string
	for _, n := range names {
		short = append(short, Function(n))
	}
	return strings.Join(short, ", ")
}

// Call is a function with its line, as in "cart.Add cart/cart.go:31".
func Call(x profiles.Frame) string {
	return clean(strings.TrimSpace(Function(x.Function) + " " + format.Place(x.File, int(x.Line))))
}

// mostLines bounds the calls of a stack that are shown.
const mostLines = 40

// Lines are the calls of a stack, leaf first, with their whole names.
func Lines(stack []profiles.Frame) (lines []string) {
	for _, x := range stack[:min(len(stack), mostLines)] {
		lines = append(lines, clean(fmt.Sprintf("%s %s:%d", x.Function, x.File, x.Line)))
	}
	if more := len(stack) - mostLines; more > 0 {
		lines = append(lines, fmt.Sprintf("... and %d more", more))
	}
	return lines
}

// Allocates is the call of the stack that allocates, of other than standard code. It is
// empty where that is the function itself that is given.
func Allocates(stack []profiles.Frame, function string, line int64) string {
	for _, x := range stack {
		if x.Standard() {
			continue
		}
		if x.Function == function && x.Line == line {
			return ""
		}
		return Call(x)
	}
	return ""
}

// Waits is where a goroutine waits: the call of other than standard code, or, where that is
// the function itself that is given, what it waits for. It is empty where the stack does not
// tell.
func Waits(stack []profiles.Frame, function string, line int64) string {
	if call := Allocates(stack, function, line); call != "" {
		return call
	}
	if len(stack) < 2 {
		return ""
	}
	for _, x := range stack {
		if word, ok := states[x.Function]; ok {
			return word
		}
	}
	for _, x := range stack {
		if x.Function != "runtime.gopark" {
			return Function(x.Function)
		}
	}
	return Function(stack[0].Function)
}

// states names what a goroutine waits for, by the functions of the standard library at its leaf.
var states = map[string]string{
	"runtime.chansend": "a send on a channel", "runtime.chansend1": "a send on a channel",
	"runtime.chanrecv": "a receive from a channel", "runtime.chanrecv1": "a receive from a channel", "runtime.chanrecv2": "a receive from a channel",
	"runtime.selectgo": "a select", "runtime.block": "a select without cases", "sync.runtime_SemacquireMutex": "a lock",
	"sync.runtime_SemacquireWaitGroup": "a WaitGroup", "internal/poll.runtime_pollWait": "the network", "time.Sleep": "a sleep",
}

func clean(s string) string { return plaintext.Limit(s, plaintext.MostSentence) }
