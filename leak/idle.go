package leak

import (
	"slices"

	"github.com/watertight-go/watertight/leak/internal/stack"
)

const (
	idleReason = "idle keep-alive connection of net/http"
	readLoop   = "net/http.(*persistConn).readLoop"
	writeLoop  = "net/http.(*persistConn).writeLoop"
	roundTrip  = "net/http.(*persistConn).roundTrip"
	serve      = "net/http.(*conn).serve"
	peek       = "bufio.(*Reader).Peek"
)

// excuseIdle excuses kept-alive HTTP connections that wait for their next
// request: they are a pool's, not a leak. A client's connection has two
// goroutines of the same creator. A response body that nobody closed looks
// otherwise: its readLoop stands in select. A request that hangs without an
// answer looks the same in readLoop, but then its caller is in roundTrip: as
// many connections as there are such callers are not excused.
func (l *look) excuseIdle() {
	inFlight := 0
	idle := map[uint64]bool{}
	for _, g := range l.order {
		if anyFrame(g.trace, roundTrip) {
			inFlight += len(g.ids)
		}
	}
	for _, g := range slices.Clone(l.order) {
		switch {
		case calls(g.trace, peek, serve) && g.header.State == "IO wait":
			l.excuse(g, func(int) bool { return true })
		case calls(g.trace, peek, readLoop) && g.header.State == "IO wait":
			busy := inFlight
			l.excuse(g, func(i int) bool {
				if busy > 0 {
					busy--
					return false
				}
				idle[g.creators[i]] = true
				return true
			})
			inFlight = busy
		}
	}
	for _, g := range slices.Clone(l.order) {
		if entry(g.trace) == writeLoop {
			l.excuse(g, func(i int) bool { return idle[g.creators[i]] })
		}
	}
}

// excuse moves the goroutines of g for which ok holds to a group of their own.
func (l *look) excuse(g *group, ok func(i int) bool) {
	if g.excused != "" {
		return
	}
	excused, rest := *g, *g
	excused.ids, rest.ids = nil, nil
	for i, id := range g.ids {
		if ok(i) {
			excused.ids = append(excused.ids, id)
		} else {
			rest.ids = append(rest.ids, id)
		}
	}
	excused.excused = idleReason
	rest.creators = nil
	*g = rest
	if len(excused.ids) > 0 {
		l.order = append(l.order, &excused)
	}
}

// isConnection reports whether the goroutine is one of a client connection's two.
func isConnection(t stack.Trace) bool {
	e := entry(t)
	return e == readLoop || e == writeLoop
}

// isIdle reports whether goroutines were excused as a pool's idle members.
func isIdle(excuse string) bool { return excuse == idleReason }
