package inspect

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/watertight-go/watertight/leak/internal/stack"
)

// hint says what was probably forgotten where goroutines of the standard library look
// like this. All fields that are set must match.
type hint struct {
	// entry is the first function, created the one with the go statement, within one
	// anywhere in the stack. Each is the beginning of a name, as plain gives it.
	entry, created, within string
	state                  string
	text                   string
}

// hints are in the order in which they are tried.
var hints = []hint{
	{entry: "database/sql.(*Rows).awaitDone", text: "rows not closed?"},
	{entry: "database/sql.(*Tx).awaitDone", text: "transaction neither committed nor rolled back?"},
	{entry: "database/sql.(*DB).connection", text: "database not closed?"},
	{within: "database/sql.(*DB).conn", state: "select", text: "rows, transaction or connection not given back to the pool?"},
	{within: "os/exec.(*Cmd).childStdin", text: "input of the command not closed?"},
	{created: "os/exec.(*Cmd).Start", state: "IO wait", text: "the command, or a child of it, still has its output open"},
	{entry: "os/signal.NotifyContext.", text: "stop function of signal.NotifyContext not called?"},
	{entry: "context.(*cancelCtx).propagateCancel.", text: "cancel function of the context not called?"},
	{created: "iter.Pull", state: "coroutine", text: "stop function of iter.Pull not called?"},
	{entry: "net/rpc.(*Client).input", text: "client not closed?"},
	{within: roundTrip, text: requestHint},
	{within: roundTrip2, text: requestHint},
	{within: bodyRead, text: requestHint},
	{within: bodyRead2, text: requestHint},
	{within: "net/http.(*Server).Serve", state: "IO wait", text: "server not closed?"},
	{within: "net.(*netFD).accept", state: "IO wait", text: "listener not closed?"},
	{within: "io.(*pipe).read", text: "write end of the pipe not closed?"},
	{within: "io.(*pipe).write", text: "read end of the pipe not closed, and nobody reads?"},
	{within: "net.(*pipe).", text: "connection not closed, and no deadline set?"},
	{within: "net.(*netFD).", state: "IO wait", text: "connection not closed, and no deadline set?"},
	{within: "os.(*File).Read", state: "IO wait", text: "file not closed, or the other end of its pipe?"},
}

// The hints that depend on what other goroutines do.
const (
	bodyHint    = "response body not closed?"
	idleHint    = "idle connections of a dropped client not closed?"
	commandHint = "Wait of the command not called?"
	requestHint = "context of the request not cancelled, and no timeout set?"
)

// What is in the stack of a goroutine that sends a request, or that reads the answer's body.
const (
	roundTrip2 = "http2.(*ClientConn).roundTrip"
	bodyRead   = "net/http.(*bodyEOFSignal).Read"
	bodyRead2  = "http2.transportResponseBody.Read"
)

// Hint says what was probably forgotten where the goroutines of a group are left; empty
// where nothing is known.
func (i *Inspection) Hint(g *Group) string {
	entry := plain(Entry(g.Trace))
	switch {
	case entry == "os/exec.(*Cmd).watchCtx":
		return i.unless(g, commandHint, "the command still runs, waited for", "os/exec.(*Cmd).Wait")
	case entry == readLoop && g.Header.State == "select":
		return i.unless(g, bodyHint, "response body is still read", bodyRead)
	case entry == readLoop && calls(g.Trace, peek, readLoop):
		return i.unless(g, idleHint, "request without an answer, sent", roundTrip)
	case entry == "http2.(*clientStream).doRequest":
		if by := i.unless(g, "", "request without an answer, sent", roundTrip2); by != "" {
			return by
		}
		return i.unless(g, bodyHint, "response body is still read", bodyRead2)
	case ofHTTP(entry) && ofHTTP(plain(g.Trace.Created.Func)):
		return "" // net/http's other goroutines say nothing about what was forgotten
	}
	for _, h := range hints {
		if h.matches(g.Header, g.Trace) {
			return h.text
		}
	}
	return ""
}

// unless is the hint, or what the callers of function do with it, where there are as many
// as goroutines in the group.
func (i *Inspection) unless(g *Group, hint, doing, function string) string {
	callers, want, by := 0, cmp.Or(g.Connections, len(g.IDs)), ""
	for _, other := range i.Groups {
		if frame, ok := calling(other.Trace, function); ok {
			callers += len(other.IDs)
			by = fmt.Sprintf("%s by %s at %s:%d", doing, frame.Func, frame.File, frame.Line)
		}
	}
	if callers < want {
		return hint
	}
	return by
}

// calling returns the innermost frame outside of the standard library above function.
func calling(t stack.Trace, function string) (f stack.Frame, ok bool) {
	for _, frame := range t.Frames {
		ok = ok || strings.HasPrefix(plain(frame.Func), function)
		if ok && !InStandardLibrary(frame.Func) {
			return frame, true
		}
	}
	return t.Created, ok
}

func ofHTTP(function string) bool { return hasAnyPrefix(function, []string{"net/http.", "http2."}) }

func (h hint) matches(head stack.Header, t stack.Trace) bool {
	if h.state != "" && h.state != head.State {
		return false
	}
	if !strings.HasPrefix(Entry(t), h.entry) || !strings.HasPrefix(t.Created.Func, h.created) {
		return false
	}
	for _, f := range t.Frames {
		if strings.HasPrefix(plain(f.Func), h.within) {
			return true
		}
	}
	return h.within == ""
}

// plain is a function's name with one prefix for the three places of HTTP/2.
func plain(function string) string {
	for _, p := range [][2]string{
		{"net/http.(*http2", "http2.(*"}, {"net/http.http2", "http2."},
		{"net/http/internal/http2.", "http2."}, {"golang.org/x/net/http2.", "http2."},
	} {
		if rest, ok := strings.CutPrefix(function, p[0]); ok {
			return p[1] + rest
		}
	}
	return function
}
