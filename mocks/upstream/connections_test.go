package upstream_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/mocks/upstream"
)

// A client with hundreds of hung requests sees each of them end: with a healthy answer,
// or broken off where its headers were sent. No connection is left.
func TestReleaseEndsHundreds(t *testing.T) {
	const n = 400
	each(t, func(t *testing.T, c *http.Client, protocol string) {
		server := start(t)
		send := func(fault mocks.WireFault) (all []<-chan answer) {
			server.Play(upstream.Schedule{{Fault: fault}})
			for range n / 2 {
				all = append(all, chat.goSend(c, server))
			}
			eventually(t, func() bool { return server.Counts().Faults[fault] == n/2 })
			return all
		}
		before, within := send(mocks.WireHangBeforeHeaders), send(mocks.WireHangInBody)
		require.Equal(t, n, server.Counts().Open)
		if protocol == "HTTP/1.1" {
			require.Equal(t, n, server.Counts().Connections)
		}

		server.Release()
		require.Zero(t, server.Counts().Open)
		require.Zero(t, server.Counts().Connections)
		for _, got := range before {
			a := <-got
			require.NoError(t, a.err)
			require.Contains(t, a.body, mocks.Content("m", "in"))
		}
		for _, got := range within {
			require.Error(t, (<-got).err)
		}
		a := chat.send(t.Context(), client(t, protocol), server) // the other may not have noticed
		require.NoError(t, a.err)
		require.Equal(t, http.StatusOK, a.status, "healthy again")
		require.Equal(t, n+1, server.Counts().Requests)
	})
}

// Release does not wait for a client that never ends its request.
func TestReleaseCutsOffClients(t *testing.T) {
	t.Parallel()
	server := play(t, mocks.WireHangBeforeHeaders)
	conn, err := net.Dial("tcp", strings.TrimPrefix(server.URL(), "http://"))
	require.NoError(t, err)
	defer conn.Close()
	_, err = io.WriteString(conn, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf")
	require.NoError(t, err)
	eventually(t, func() bool { return server.Counts().Open == 1 })
	server.Release()
	require.Zero(t, server.Counts().Connections)
	eventually(t, func() bool { return server.Counts().Open == 0 })
}

// Idle connections close, those with a request that hangs stay.
func TestCloseIdle(t *testing.T) {
	server := start(t)
	idle, hanging := client(t, "HTTP/1.1"), client(t, "HTTP/1.1")
	conn, err := net.Dial("tcp", strings.TrimPrefix(server.URL(), "http://"))
	require.NoError(t, err)
	defer conn.Close() // on which nothing was ever sent
	require.NoError(t, plain.send(t.Context(), idle, server).err)
	server.Play(upstream.Schedule{{Fault: mocks.WireStreamHangMid}})
	var all []<-chan answer
	for range 5 {
		all = append(all, events.goSend(hanging, server))
	}
	eventually(t, func() bool { return server.Counts().Open == 5 && server.Counts().Connections == 7 })

	server.CloseIdle()
	eventually(t, func() bool { return server.Counts().Connections == 5 })
	_, err = conn.Read(make([]byte, 1))
	require.ErrorIs(t, err, io.EOF)
	require.Equal(t, 5, server.Counts().Open)
	for _, got := range all {
		require.Empty(t, got)
	}
	server.Release()
	for _, got := range all {
		require.Error(t, (<-got).err)
	}
}

// A connection of HTTP/2 stays as long as one of its requests hangs.
func TestCloseIdleOfHTTP2(t *testing.T) {
	server := start(t)
	idle, hanging := client(t, "HTTP/2.0"), client(t, "HTTP/2.0")
	for _, c := range []*http.Client{idle, hanging} {
		require.NoError(t, unary.send(t.Context(), c, server).err)
	}
	server.Play(upstream.Schedule{{Fault: mocks.WireHangBeforeHeaders}})
	got := unary.goSend(hanging, server)
	eventually(t, func() bool { return server.Counts().Open == 1 })
	require.Equal(t, 2, server.Counts().Connections)

	server.CloseIdle()
	eventually(t, func() bool { return server.Counts().Connections == 1 })
	require.Empty(t, got)
	server.Play(nil)
	require.NoError(t, unary.send(t.Context(), hanging, server).err, "on the same connection")
	require.Equal(t, 1, server.Counts().Connections)
	server.Release()
	require.NoError(t, (<-got).err)
}

// A request that hangs has the fault of the moment at which it came.
func TestHangOutlivesItsPhase(t *testing.T) {
	server := play(t, mocks.WireHangBeforeHeaders)
	c := client(t, "HTTP/1.1")
	got := plain.goSend(c, server)
	eventually(t, func() bool { return server.Counts().Open == 1 })
	server.Play(upstream.Schedule{{Fault: mocks.WireTooManyRequests}})
	require.Equal(t, http.StatusTooManyRequests, plain.send(t.Context(), c, server).status)
	require.Empty(t, got)
	server.Release()
	require.Equal(t, http.StatusOK, (<-got).status)
}

// Close breaks off what hangs.
func TestCloseEndsHangs(t *testing.T) {
	each(t, func(t *testing.T, c *http.Client, _ string) {
		server := play(t, mocks.WireHangBeforeHeaders)
		var all []<-chan answer
		for range 50 {
			all = append(all, chunks.goSend(c, server))
		}
		eventually(t, func() bool { return server.Counts().Open == 50 })
		server.Close()
		for _, got := range all {
			require.Error(t, (<-got).err)
		}
	})
}

func TestAddressTaken(t *testing.T) {
	server := start(t)
	addr := strings.TrimPrefix(server.URL(), "http://")
	_, err := upstream.New(upstream.Config{Addr: addr})
	require.ErrorContains(t, err, "mocks/upstream: listen tcp "+addr)
}

// A connection that was busy when CloseIdle was called is used again afterwards.
func TestCloseIdleSparesBusyConnections(t *testing.T) {
	each(t, func(t *testing.T, c *http.Client, _ string) {
		server := play(t, "drip@20ms")
		got := plain.goSend(c, server)
		eventually(t, func() bool { return server.Counts().Open == 1 })
		server.CloseIdle()
		require.NoError(t, (<-got).err)

		var reused atomic.Bool
		ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{GotConn: func(i httptrace.GotConnInfo) { reused.Store(i.Reused) }})
		require.NoError(t, plain.send(ctx, c, server).err)
		require.True(t, reused.Load())
	})
}
