package inspect

import (
	"slices"
	"strings"

	"github.com/watertight-go/watertight/leak/internal/stack"
)

// The reasons for which the idle members of pools are excused.
const (
	idleReason = "idle keep-alive connection of net/http"
	poolReason = "connection pool of database/sql, open"
)

// IsIdle reports whether the group was excused as a pool's idle members.
func (g *Group) IsIdle() bool { return g.Excused == idleReason || g.Excused == poolReason }

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

// ExcuseConnections excuses connections of net/http that are kept for the next request.
// In a single inspection they are no leak. Only rounds tell whether the client itself
// is dropped again and again. What is proven to be stuck is never excused: nobody
// holds the client any more.
func (i *Inspection) ExcuseConnections() {
	i.excuseHTTP1()
	i.excuseAll(idleReason, idleHTTP2)
}

// ExcusePools excuses the goroutines of an open sql.DB. A pool that was dropped looks
// the same until a pass of the leak profile has proven it to be stuck, so this is for
// inspections after one.
func (i *Inspection) ExcusePools() { i.excuseAll(poolReason, idleSQL) }

func (i *Inspection) excuseAll(reason string, idle func(*Group) bool) {
	for _, g := range slices.Clone(i.Groups) {
		if g.Class != Proven && idle(g) {
			i.excuse(g, reason, func(int) bool { return true })
		}
	}
}

// excuseHTTP1 excuses kept-alive connections that wait for their next request. A
// client's connection has two goroutines of the same creator. Where a response body
// was not closed, its readLoop stands in select. Where a request got no answer, readLoop
// looks idle, but the caller of the request is in roundTrip: as many connections as
// there are such callers are not excused.
func (i *Inspection) excuseHTTP1() {
	inFlight := 0
	idle := map[uint64]bool{}
	for _, g := range i.Groups {
		if anyFrame(g.Trace, roundTrip) {
			inFlight += len(g.IDs)
		}
	}
	for _, g := range slices.Clone(i.Groups) {
		switch {
		case g.Header.State == "IO wait" && (calls(g.Trace, peek, serve) || awaitsFirst(g.Trace)):
			i.excuse(g, idleReason, func(int) bool { return true })
		case calls(g.Trace, peek, readLoop) && g.Header.State == "IO wait":
			busy := inFlight
			i.excuse(g, idleReason, func(at int) bool {
				if busy > 0 {
					busy--
					return false
				}
				idle[g.creators[at]] = true
				return true
			})
			inFlight = busy
		}
	}
	for _, g := range slices.Clone(i.Groups) {
		if Entry(g.Trace) == writeLoop {
			i.excuse(g, idleReason, func(at int) bool { return idle[g.creators[at]] })
		}
	}
}

// awaitsFirst reports whether the goroutine serves a connection on which nothing has
// come yet. A client that dials while another of its connections becomes free keeps
// the new one for later. Within a request the goroutine would read its header or body.
func awaitsFirst(t stack.Trace) bool {
	return anyFrame(t, readRequest) && anyFrame(t, readLine)
}

// idleHTTP2 reports whether the goroutine only waits for frames on a connection.
// Requests share a connection. Each that is in flight, or whose body was not closed,
// has a goroutine of its own on either side, which is not excused.
func idleHTTP2(g *Group) bool {
	for i, f := range g.Trace.Frames {
		if !hasAnyPrefix(f.Func, http2Prefixes) {
			continue
		}
		switch _, method, _ := strings.Cut(f.Func[strings.IndexByte(f.Func, '('):], ")."); method {
		case "readLoop", "readFrames":
			return g.Header.State == "IO wait" && i > 0
		case "serve":
			return g.Header.State == "select" && i == 0
		}
	}
	return false
}

// idleSQL reports whether the goroutine is one of the two that an open sql.DB has,
// waiting for work. Rows and transactions that were not closed have others.
func idleSQL(g *Group) bool {
	switch Entry(g.Trace) {
	case "database/sql.(*DB).connectionOpener", "database/sql.(*DB).connectionCleaner":
		return g.Header.State == "select"
	}
	return false
}

// isConnection reports whether the goroutine is one of a client connection's two.
func isConnection(t stack.Trace) bool {
	e := Entry(t)
	return e == readLoop || e == writeLoop
}

// calls reports whether inner was called directly by outer.
func calls(t stack.Trace, inner, outer string) bool {
	for i := 1; i < len(t.Frames); i++ {
		if t.Frames[i-1].Func == inner && t.Frames[i].Func == outer {
			return true
		}
	}
	return false
}
