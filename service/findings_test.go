package service

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/internal/sites"
)

func TestFindingNamesThePlace(t *testing.T) {
	r := judgeMade(made{hanging: 5 * madeSent}, made{})
	require.Len(t, r.Findings, 1)
	f := r.Findings[0]
	require.Equal(t, ownSite, f.Site)
	require.Equal(t, Fixed, f.Word)
	require.InDelta(t, 5, f.PerRequest, .01)
	require.Equal(t, Hanging, f.Stage)
}

// The two goroutines of a connection belong to the go statement that they come from, and
// the memory that they hold is no finding of its own.
func TestConnectionIsOneFinding(t *testing.T) {
	at := Frame{Function: "example.com/svc.fetch", File: "/src/svc/fetch.go", Line: 12}
	r := judgeMade(made{bytes: 5000, change: func(s *SideRun) {
		for i := range s.Censuses {
			c := &s.Censuses[i]
			n := float64(c.Round * madeSent)
			for _, name := range []string{"net/http.(*persistConn).readLoop", "net/http.(*persistConn).writeLoop"} {
				c.Goroutines = append(c.Goroutines, Group{Key: name, Site: Site{Function: name, Owner: sites.Standard}, Value: n, Creators: []Created{{at, int(n)}},
					Stack: []Frame{{Function: "internal/poll.runtime_pollWait"}, {Function: name}}})
			}
			c.Heap[0].Site = Site{Function: "net/http.(*Transport).dialConn", Owner: sites.Standard}
			c.Descriptors += c.Round * madeSent
		}
	}})
	require.Len(t, r.Findings, 1, "%+v", r.Findings)
	require.Equal(t, at, *r.Findings[0].Creator)
	require.Equal(t, []string{"net/http.(*persistConn).writeLoop"}, r.Findings[0].With)
}

// What a server allocates for a connection that it has accepted belongs to the goroutine of
// this connection. What the program allocates there for itself does not.
func TestMemoryOfAcceptedConnection(t *testing.T) {
	library := func(function string) Frame {
		return Frame{Function: function, File: "/go/src/" + Frame{Function: function}.Package() + "/x.go"}
	}
	serve, listen := library("net/http.(*conn).serve"), library("net/http.(*Server).Serve")
	handler := Frame{Function: "example.com/svc.events"}
	main := Frame{Function: "example.com/svc.serve"}
	goroutine := []Frame{library("time.Sleep"), handler, serve}
	require.True(t, accepted([]Frame{library("net.newFD"), listen, main, library("runtime.main")}, goroutine))
	require.False(t, accepted([]Frame{library("net/http.NewRequest"), handler, serve}, goroutine), "of a request")
	require.False(t, accepted([]Frame{library("strings.Clone"), main, library("runtime.main")}, goroutine), "of another library")
	require.False(t, accepted([]Frame{main, library("runtime.main")}, goroutine), "its own")
	require.False(t, accepted([]Frame{library("net.newFD"), listen, main}, []Frame{library("time.Sleep"), handler}), "of a goroutine of the program")
}
