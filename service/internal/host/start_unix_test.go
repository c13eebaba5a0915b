//go:build unix

package host

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/internal/child/childtest"
)

// patience bounds what tests wait for; nothing takes as long.
const patience = 60 * time.Second

// toy is how a toy is started, and the file in which its processes note their numbers.
func toy(t *testing.T, name string) (s Spec, pids string) {
	t.Helper()
	addr, err := FreeAddr()
	require.NoError(t, err)
	pids = filepath.Join(t.TempDir(), "pids")
	s = Spec{Addr: addr, ReadyWithin: patience, Program: Program{
		Path: os.Args[0], Env: []string{toyVariable + "=" + name, addrVariable + "=" + addr, pidVariable + "=" + pids},
	}}
	t.Cleanup(func() {
		if _, err := os.Stat(pids); err == nil {
			childtest.Gone(t, patience, childtest.Await(t, pids, 1)...)
		}
	})
	return s, pids
}

// mustStart starts a toy that becomes ready.
func mustStart(t *testing.T, s Spec) *Process {
	t.Helper()
	p, err := Start(t.Context(), s)
	require.NoError(t, err)
	t.Cleanup(func() { p.Stop() })
	return p
}

// sentence is the error of a service that does not become ready.
func sentence(t *testing.T, s Spec) (string, string) {
	t.Helper()
	p, err := Start(t.Context(), s)
	if err == nil {
		p.Stop()
		t.Fatal("it started")
	}
	var e *Error
	require.ErrorAs(t, err, &e)
	require.NotContains(t, e.Sentence, "\n")
	return e.Sentence, strings.Join(e.Log, "\n")
}

// request sends a request, which the service may not answer.
func request(s Spec) {
	c := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 10 * time.Second}
	if r, err := c.Get("http://" + s.Addr); err == nil {
		_ = r.Body.Close()
	}
}

// mustEnd waits until the service has ended.
func mustEnd(t *testing.T, p *Process) End {
	t.Helper()
	select {
	case <-p.Ended():
	case <-time.After(patience):
		t.Fatal("the service has not ended")
	}
	return p.End()
}

func TestGoodService(t *testing.T) {
	s, pids := toy(t, "good")
	p := mustStart(t, s)
	request(s)
	require.Equal(t, childtest.Await(t, pids, 1)[0], p.PID())
	if runtime.GOOS == "linux" {
		require.Equal(t, 1, p.Processes())
	}
	end := p.Stop()
	require.Equal(t, End{Sentence: "exited with code 0", Log: []string{"hello", "told to end by terminated"}}, end)
	require.Equal(t, end, p.Stop(), "a second time")
}

func TestExitsAtOnce(t *testing.T) {
	s, _ := toy(t, "exits")
	got, log := sentence(t, s)
	require.Equal(t, "ended before it was ready: exited with code 3 (no such table: users)", got)
	require.Equal(t, "reading its configuration\nno such table: users", log)
}

// Early death ends the wait at once, also while the ready check waits for its answer.
func TestEarlyDeathIsNoticedAtOnce(t *testing.T) {
	s, _ := toy(t, "exits")
	s.ReadyWithin = time.Hour
	s.Ready = func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
	got, _ := sentence(t, s)
	require.Contains(t, got, "exited with code 3")
}

// A program that puts itself into the background is not what a host can watch.
func TestServiceInTheBackground(t *testing.T) {
	s, _ := toy(t, "leaves")
	got, _ := sentence(t, s)
	want := "ended before it was ready: exited with code 0"
	if runtime.GOOS == "linux" {
		want += ", and left 1 child process: let the service run in the foreground"
	}
	require.Equal(t, want, got)
}

// The last answer of the ready check is part of the sentence.
func TestNeverReady(t *testing.T) {
	s, pids := toy(t, "silent")
	s.ReadyWithin = time.Second
	got, _ := sentence(t, s)
	require.Contains(t, got, "never ready within 1s (last answer: dial tcp "+s.Addr+": ") // refused, or too late on a busy machine
	s.Ready = func(context.Context) error { return errors.New("got 503") }
	got, _ = sentence(t, s)
	require.Equal(t, "never ready within 1s (last answer: got 503)", got)
	s.Ready = func(context.Context) error { childtest.Await(t, pids, 6); return errors.New("got 503") }
	got, log := sentence(t, s)
	require.Contains(t, got, "never ready within 1s")
	require.Equal(t, "connecting to the database", log)
}

// A service that takes connections and never answers is not ready.
func TestNeverAnswers(t *testing.T) {
	s, _ := toy(t, "mute")
	s.ReadyWithin = 3 * time.Second
	s.Ready = func(ctx context.Context) error {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.Addr, nil)
		require.NoError(t, err)
		_, err = (&http.Transport{DisableKeepAlives: true}).RoundTrip(r)
		return err
	}
	got, _ := sentence(t, s)
	require.Equal(t, "never ready within 3s (last answer: none within 1s)", got)
}

func TestReadyIsAskedUntilItIs(t *testing.T) {
	s, _ := toy(t, "good")
	asked := 0
	s.Ready = func(context.Context) error {
		if asked++; asked < 3 {
			return errors.New("not yet")
		}
		return nil
	}
	mustStart(t, s)
	require.Equal(t, 3, asked)
}

func TestPortTaken(t *testing.T) {
	s, pids := toy(t, "good")
	for _, at := range []string{s.Addr, "0.0.0.0" + s.Addr[strings.LastIndexByte(s.Addr, ':'):]} {
		l, err := net.Listen("tcp", at)
		require.NoError(t, err)
		got, _ := sentence(t, s)
		require.Equal(t, "port taken: another program listens on "+s.Addr+": end it, or choose another address", got)
		require.NoError(t, l.Close())
	}
	require.NoFileExists(t, pids, "nothing was started")
	s.Addr = "no colon"
	got, _ := sentence(t, s)
	require.Equal(t, "address no colon: listen tcp: address no colon: missing port in address", got)
}

// A service that finds another port taken ends at once, and its log says why.
func TestOtherPortTaken(t *testing.T) {
	s, _ := toy(t, "good")
	l, err := net.Listen("tcp", s.Addr)
	require.NoError(t, err)
	defer l.Close()
	addr := s.Addr
	s.Addr = ""
	s.Ready = func(context.Context) error { return errors.New("not yet") }
	got, _ := sentence(t, s)
	require.Equal(t, fmt.Sprintf("ended before it was ready: exited with code 1 (listen tcp %s: bind: address already in use)", addr), got)
}

func TestProgramCannotBeStarted(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"plain": "x", "script": "#!/no/such/shell\n", "noise": "\x01\x02"} {
		mode := os.FileMode(0o700)
		if name == "plain" {
			mode = 0o600
		}
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), mode))
	}
	for path, want := range map[string]string{
		"./missing":         "it does not exist",
		"./plain":           "it is not executable (-rw-------): make it so with chmod +x",
		"./script":          "the program that its first line names (#!), or its loader, does not exist",
		"./noise":           "it is no program for this system; a script needs a first line such as #!/bin/sh",
		dir:                 "got a folder, want a program",
		"no-such-program-1": "there is no program of this name in PATH: name a path, such as ./no-such-program-1",
	} {
		got, _ := sentence(t, Spec{Program: Program{Path: path, Dir: dir}})
		require.Equal(t, "start "+path+": "+want, got)
	}
	got, _ := sentence(t, Spec{Program: Program{Path: "sh", Dir: filepath.Join(dir, "missing")}})
	require.Equal(t, "start sh: its folder "+filepath.Join(dir, "missing")+" does not exist", got)
	got, _ = sentence(t, Spec{Program: Program{Path: "sh"}, Descriptors: 5})
	require.Equal(t, "limit of descriptors: got 5, want 32 or more", got)
}

// Where the context ends before the service is ready, the service is ended.
func TestStartIsCancelled(t *testing.T) {
	s, pids := toy(t, "silent")
	ctx, cancel := context.WithCancel(t.Context())
	s.Ready = func(context.Context) error {
		childtest.Await(t, pids, 1)
		cancel()
		return errors.New("not yet")
	}
	_, err := Start(ctx, s)
	require.ErrorIs(t, err, context.Canceled)
}
