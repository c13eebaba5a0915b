package judge

import (
	"fmt"

	"github.com/watertight-go/watertight/internal/plural"
)

// connections checks the connections of a wire scenario. What an agent's client
// keeps after its call has returned is not the executor's doing: it is reported,
// and breaks nothing.
func (e *evaluation) connections(check *clauseCheck) {
	w := e.o.Wire
	switch {
	case !e.s.OnWire():
		return
	case w == nil:
		check.doubt("the client's connections were not inspected")
		return
	}
	running, described := e.notStopped()
	if n := w.Left.InUse - w.Left.Bodies; e.s.Honours() && running > 0 && w.Left.InUse > 0 {
		check.fail("%s in use by agents that were not stopped, %d of them before the headers", connectionsAre(w.Left.InUse), n)
	}
	if e.s.Honours() && described == 0 && w.Left.InUse > 0 {
		check.doubt("%s in use, and it was not recorded whether by agents", connectionsAre(w.Left.InUse))
	}
	check.got += fmt.Sprintf("; %s over %s, of which %d were idle and %d in use",
		plural.Count(w.Requests, "HTTP request"), plural.Count(w.Dialed, "connection"), w.Left.Open-w.Left.InUse, w.Left.InUse)
	if w.Released.Bodies > 0 {
		check.got += fmt.Sprintf("; an agent's client forgot to close %s", plural.Count(w.Released.Bodies, "response body"))
	} else if w.Released.Open > 0 {
		check.fail("%s open after every agent had returned", connectionsAre(w.Released.Open))
	}
}

// connectionsAre is a number of connections with its verb, as in "1 connection is".
func connectionsAre(n int) string {
	return plural.Count(n, "connection") + plural.Form(n, " is", " are")
}

// notStopped counts the agents that ran on after their calls, of those that are
// described.
func (e *evaluation) notStopped() (running, described int) {
	for _, c := range e.o.Calls {
		for _, a := range c.Agents {
			described++
			if a.RunningAtReturn && a.LateAt == 0 {
				running++
			}
		}
	}
	return running, described
}
