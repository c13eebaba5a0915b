package stress

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// upstreamCommand is the command upstream, running.
type upstreamCommand struct {
	stdout, stderr *bufio.Scanner
	stop           context.CancelFunc
	code           chan int
}

func startUpstream(t *testing.T, args ...string) *upstreamCommand {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	out, outW := io.Pipe()
	said, saidW := io.Pipe()
	c := &upstreamCommand{bufio.NewScanner(out), bufio.NewScanner(said), stop, make(chan int, 1)}
	go func() {
		c.code <- Run(ctx, append([]string{"upstream"}, args...), outW, saidW)
		outW.Close()
		saidW.Close()
	}()
	t.Cleanup(stop)
	return c
}

func line(t *testing.T, s *bufio.Scanner) string {
	t.Helper()
	require.True(t, s.Scan())
	return s.Text()
}

func status(t *testing.T, url string) string {
	t.Helper()
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	resp, err := (&http.Client{Transport: transport}).Get(url)
	require.NoError(t, err)
	resp.Body.Close()
	return resp.Status
}

func TestUpstream(t *testing.T) {
	c := startUpstream(t, "-schedule", "ok:10ms,503:1h,ok")
	url := line(t, c.stdout)
	require.Regexp(t, `^http://127\.0\.0\.1:\d+$`, url)
	require.Equal(t, "ok: begins, for 10ms", line(t, c.stderr))
	require.Equal(t, "ok: 0 requests, 0 open, on 0 connections", line(t, c.stderr))
	require.Equal(t, "503: begins, for 1h0m0s", line(t, c.stderr))
	for range 3 {
		require.Equal(t, "503 Service Unavailable", status(t, url+"/any"))
	}
	c.stop()
	require.Regexp(t, `^503: 3 requests, 0 open, on [0-3] connections?$`, line(t, c.stderr))
	require.Regexp(t, `^3 requests in .*, 0 still open$`, line(t, c.stdout))
	require.Equal(t, []string{"3", "503"}, strings.Fields(line(t, c.stdout)))
	require.False(t, c.stdout.Scan())
	require.False(t, c.stderr.Scan(), "nothing after the end")
	require.Equal(t, ExitOK, <-c.code)
}

func TestUpstreamRepeats(t *testing.T) {
	c := startUpstream(t, "-schedule", "ok:1ms,429:1ms", "-repeat")
	line(t, c.stdout)
	for range 3 {
		for _, fault := range []string{"ok", "too-many-requests"} {
			require.Equal(t, fault+": begins, for 1ms", line(t, c.stderr))
			require.Contains(t, line(t, c.stderr), fault+": 0 requests")
		}
	}
	c.stop()
	go func() {
		for c.stderr.Scan() {
		}
	}()
	require.Contains(t, line(t, c.stdout), "0 requests in ")
	require.False(t, c.stdout.Scan())
	require.Equal(t, ExitOK, <-c.code)
}

// The last phase stays, whatever its time.
func TestUpstreamLastPhaseStays(t *testing.T) {
	c := startUpstream(t, "-schedule", "429:1ms")
	url := line(t, c.stdout)
	require.Equal(t, "too-many-requests: begins, and stays", line(t, c.stderr))
	require.Equal(t, "429 Too Many Requests", status(t, url))
	c.stop()
	require.Contains(t, line(t, c.stderr), "too-many-requests: 1 request, ")
	require.Contains(t, line(t, c.stdout), "1 request in ")
	require.Equal(t, []string{"1", "too-many-requests"}, strings.Fields(line(t, c.stdout)))
	require.False(t, c.stdout.Scan())
	require.Equal(t, ExitOK, <-c.code)
}

func TestUpstreamAddressTaken(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	var out, said strings.Builder
	code := Run(t.Context(), []string{"upstream", "-addr", taken.Addr().String()}, &out, &said)
	require.Equal(t, ExitTrouble, code)
	require.Contains(t, said.String(), fmt.Sprintf("stress: upstream: listen on %s: ", taken.Addr()))
	require.Equal(t, 1, strings.Count(said.String(), "\n"), said.String())
	require.Empty(t, out.String())
}
