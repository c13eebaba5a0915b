package service

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/internal/creators"
)

const dump = `goroutine 7 [select, 2 minutes]:
net/http.(*persistConn).readLoop(0xc0001, {0x1, 0x2})
	/go/src/net/http/transport.go:2389 +0xbc
created by net/http.(*Transport).dialConn in goroutine 5
	/go/src/net/http/transport.go:1947 +0x174f

goroutine 9 [chan send]:
example.com/svc.(*pool[...]).work(...)
	/src/svc/pool.go:20
main.main.func2()
	/src/svc/main.go:31 +0x1d
created by main.main in goroutine 1
	/src/svc/main.go:30 +0x5c

goroutine 1 [IO wait]:
main.main()
	/src/svc/main.go:40 +0x11

goroutine running on other thread; stack unavailable
...additional frames elided...
`

func TestReadDump(t *testing.T) {
	all := readDump(dump)
	require.Len(t, all, 3)
	require.Equal(t, int64(7), all[0].id)
	require.Equal(t, int64(5), all[0].parent)
	require.Equal(t, Frame{Function: "net/http.(*Transport).dialConn", File: "/go/src/net/http/transport.go", Line: 1947}, all[0].creator)
	require.Equal(t, []Frame{{Function: "example.com/svc.(*pool[...]).work", File: "/src/svc/pool.go", Line: 20}, {Function: "main.main.func2", File: "/src/svc/main.go", Line: 31}}, all[1].stack)
	require.Zero(t, all[2].creator)
}

// A connection's goroutine comes from one that has ended, which user code started.
func TestStatementThroughGoroutinesBetween(t *testing.T) {
	all := readDump(dump)
	fetch := Frame{Function: "example.com/svc.fetch", File: "/src/svc/fetch.go", Line: 12}
	transport := Frame{Function: "net/http.(*Transport).dialConn", File: "/go/src/net/http/transport.go", Line: 1947}
	a := ancestry{alive: map[int64]dumped{}, born: map[int64]creators.Birth{
		7: {Parent: 5, Stack: []Frame{transport}},
		5: {Parent: 3, Stack: []Frame{{Function: "net/http.(*Transport).queueForDial", File: "/go/src/net/http/transport.go"}, fetch}},
	}}
	require.Equal(t, fetch, *a.statement(all[0]))
	require.Equal(t, all[1].creator, *a.statement(all[1]), "its own go statement")
	require.Nil(t, a.statement(all[2]))

	delete(a.born, 7) // it began before the trace
	require.Equal(t, fetch, *a.statement(all[0]))
	a.born = nil
	require.Nil(t, a.statement(all[0]))
	a.alive[5] = dumped{id: 5, creator: fetch}
	require.Equal(t, fetch, *a.statement(all[0]), "its parent still runs")
	a.alive[5] = dumped{id: 5, creator: transport, parent: 7} // no dump is so, but it must end
	a.alive[7] = dumped{id: 7, creator: transport, parent: 5}
	require.Nil(t, a.statement(all[0]))
}

// A request's goroutine comes from the accept loop, whose call says nothing of it.
func TestStatementOfServer(t *testing.T) {
	serve := Frame{Function: "net/http.(*Server).Serve", File: "/go/src/net/http/server.go", Line: 3494}
	main := Frame{Function: "example.com/svc.serve", File: "/src/svc/main.go", Line: 20}
	request := dumped{id: 40, creator: serve, parent: 1}
	a := ancestry{alive: map[int64]dumped{1: {id: 1, stack: []Frame{serve, main}}, 40: request},
		born: map[int64]creators.Birth{40: {Parent: 1, Stack: []Frame{serve, main}}}}
	require.Nil(t, a.statement(request))
	a.alive[1] = dumped{id: 1, stack: []Frame{main}} // it has returned, as errgroup.Go does
	require.Equal(t, main, *a.statement(request))
}

func FuzzReadDump(f *testing.F) {
	f.Add(dump)
	f.Fuzz(func(t *testing.T, text string) {
		for _, d := range readDump(text) {
			require.NotZero(t, len(d.stack)+int(d.id)+1)
		}
	})
}
