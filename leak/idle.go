package leak

import (
	"slices"
	"strings"

	"github.com/watertight-go/watertight/leak/internal/stack"
)

// The reasons of Report.Allowed for the idle members of pools.
const (
	idleReason = "idle keep-alive connection of net/http"
	poolReason = "connection pool of database/sql, open"
)

const (
	readLoop  = "net/http.(*persistConn).readLoop"
	writeLoop = "net/http.(*persistConn).writeLoop"
	roundTrip = "net/http.(*persistConn).roundTrip"
	serve     = "net/http.(*conn).serve"
	peek      = "bufio.(*Reader).Peek"
	// The request line is read with readLine, the header is not.
	readRequest = "net/http.(*conn).readRequest"
	readLine    = "net/textproto.(*Reader).ReadLine"
)

// http2Prefixes are where HTTP/2 lives: bundled into net/http until Go 1.26, in
// a package of its own since, and in x/net.
var http2Prefixes = []string{"net/http.(*http2", "net/http/internal/http2.(*", "golang.org/x/net/http2.(*"}

// excuseIdle excuses what a pool keeps for its next user: it is no leak in one
// look. Whether the pool itself is dropped again and again only rounds tell.
func (l *look) excuseIdle() {
	l.excuseHTTP1()
	for _, g := range slices.Clone(l.order) {
		switch {
		case g.class == Proven:
			// Nobody holds the pool any more.
		case idleHTTP2(g):
			l.excuse(g, idleReason, func(int) bool { return true })
		case idleSQL(g) && !l.finder.prover.pending():
			l.excuse(g, poolReason, func(int) bool { return true })
		}
	}
}

// excuseHTTP1 excuses kept-alive connections that wait for their next request. A
// client's connection has two goroutines of the same creator. A response body
// that nobody closed looks otherwise: its readLoop stands in select. A request
// that hangs without an answer looks the same in readLoop, but then its caller is
// in roundTrip: as many connections as there are such callers are not excused.
func (l *look) excuseHTTP1() {
	inFlight := 0
	idle := map[uint64]bool{}
	for _, g := range l.order {
		if anyFrame(g.trace, roundTrip) {
			inFlight += len(g.ids)
		}
	}
	for _, g := range slices.Clone(l.order) {
		switch {
		case g.header.State == "IO wait" && (calls(g.trace, peek, serve) || awaitsFirst(g.trace)):
			l.excuse(g, idleReason, func(int) bool { return true })
		case calls(g.trace, peek, readLoop) && g.header.State == "IO wait":
			busy := inFlight
			l.excuse(g, idleReason, func(i int) bool {
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
			l.excuse(g, idleReason, func(i int) bool { return idle[g.creators[i]] })
		}
	}
}

// awaitsFirst reports whether the goroutine serves a connection on which nothing
// has come yet. A client that dials while another of its connections becomes free
// keeps the new one for later. Within a request it would be in its header or body.
func awaitsFirst(t stack.Trace) bool {
	return anyFrame(t, readRequest) && anyFrame(t, readLine)
}

// pending reports whether a pass could prove something and none has been made:
// an open pool is excused only once it may have been found to be dropped.
func (p *prover) pending() bool { return p.profile != nil && p.passes == 0 }

// idleHTTP2 reports whether the goroutine only waits for frames on a connection.
// Requests share a connection, and each that is in flight, or whose body nobody
// closes, has a goroutine of its own on either side, which is not excused.
func idleHTTP2(g *group) bool {
	for i, f := range g.trace.Frames {
		if !hasAnyPrefix(f.Func, http2Prefixes) {
			continue
		}
		switch _, method, _ := strings.Cut(f.Func[strings.IndexByte(f.Func, '('):], ")."); method {
		case "readLoop", "readFrames":
			return g.header.State == "IO wait" && i > 0
		case "serve":
			return g.header.State == "select" && i == 0
		}
	}
	return false
}

// idleSQL reports whether the goroutine is one of the two that an open sql.DB
// has, waiting for work. Rows and transactions that nobody closed have others.
func idleSQL(g *group) bool {
	switch entry(g.trace) {
	case "database/sql.(*DB).connectionOpener", "database/sql.(*DB).connectionCleaner":
		return g.header.State == "select"
	}
	return false
}

// excuse moves the goroutines of g for which ok holds to a group of their own.
func (l *look) excuse(g *group, reason string, ok func(i int) bool) {
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
	excused.excused = reason
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
func isIdle(excuse string) bool { return excuse == idleReason || excuse == poolReason }
