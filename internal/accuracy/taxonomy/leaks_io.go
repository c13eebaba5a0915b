package taxonomy

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"testing"
)

var ioLeaks = []Case{
	{Name: "read-connection", Shows: "the peer never writes", Want: "IO wait", Run: func(t testing.TB) {
		client, _ := connection(t)
		go func() { _, _ = io.Copy(io.Discard, client) }()
	}},
	{Name: "write-connection", Shows: "the peer never reads", Want: "IO wait", Run: func(t testing.TB) {
		client, _ := connection(t)
		go func() {
			for line := make([]byte, 1<<16); ; {
				if _, err := client.Write(line); err != nil {
					return
				}
			}
		}()
	}},
	{Name: "scan-connection", Shows: "a session that reads line by line", Want: "IO wait", Run: func(t testing.TB) {
		client, server := connection(t)
		go func() {
			for lines := bufio.NewScanner(server); lines.Scan(); {
			}
		}()
		_, _ = io.WriteString(client, "hello\n")
	}},
	{Name: "accept-loop", Shows: "a listener that nobody closes", Want: "IO wait", Run: func(t testing.TB) {
		listener := keep(listen(t))
		go func() {
			for {
				if _, err := listener.Accept(); err != nil {
					return
				}
			}
		}()
	}},
	{Name: "proxy-half-closed", Shows: "one direction ended, the other copies on", Want: "IO wait", Run: func(t testing.TB) {
		near, client := connection(t)
		far, server := connection(t)
		both := make(chan error, 2)
		pump := func(to, from net.Conn) { _, err := io.Copy(to, from); both <- err }
		go pump(far, client)
		go pump(client, far)
		keep(server)
		_ = near.(*net.TCPConn).CloseWrite()
		<-both
	}},
	{Name: "udp-loop", Shows: "reads datagrams for ever", Want: "IO wait", Run: func(t testing.TB) {
		packets, err := net.ListenPacket("udp", "127.0.0.1:0")
		must(t, err)
		keep(packets)
		go func() {
			for buf := make([]byte, 1500); ; {
				if _, _, err := packets.ReadFrom(buf); err != nil {
					return
				}
			}
		}()
	}},
	{Name: "pipe-read", Shows: "io.Pipe whose writer was not closed", Want: "select", Run: func(testing.TB) {
		r, w := io.Pipe()
		go func() { _, _ = io.ReadAll(r) }()
		_, _ = w.Write([]byte("half"))
	}},
	{Name: "pipe-write", Shows: "io.Pipe whose reader stopped", Want: "io.(*pipe).write", Run: func(testing.TB) {
		r, w := io.Pipe()
		go func() { _, _ = w.Write(make([]byte, 1<<10)) }()
		_, _ = r.Read(make([]byte, 16))
	}},
	{Name: "net-pipe", Shows: "net.Pipe with nobody at the other end", Want: "select", Run: func(testing.TB) {
		a, _ := net.Pipe()
		go func() { _, _ = a.Read(make([]byte, 1)) }()
	}},
	{Name: "tls-handshake", Shows: "the peer never says hello", Want: "IO wait", Run: func(t testing.TB) {
		client, server := connection(t)
		keep(client)
		go func() { _ = tls.Server(server, &tls.Config{}).Handshake() }()
	}},
	{Name: "os-pipe-read", Shows: "the write end of an os.Pipe stays open", Want: "IO wait", Run: func(t testing.TB) {
		r, w, err := os.Pipe()
		must(t, err)
		keep(w)
		go func() { _, _ = io.ReadAll(r) }()
	}},
}

var systemLeaks = append([]Case{
	{Name: "command-output", Shows: "exec.Cmd with a buffer, started and never waited for", Want: "os/exec", Run: func(t testing.TB) {
		cmd, _ := sleeper(t, context.Background())
		cmd.Stdout = &bytes.Buffer{}
		must(t, cmd.Start())
	}},
	{Name: "command-context", Shows: "exec.CommandContext that nobody waits for", Want: "os/exec", Run: func(t testing.TB) {
		ctx, cancel := context.WithCancel(context.Background())
		keep(cancel)
		cmd, _ := sleeper(t, ctx)
		must(t, cmd.Start())
	}},
	{Name: "command-wait", Shows: "waits for a program that does not end", Want: "taxonomy", Run: func(t testing.TB) {
		cmd, _ := sleeper(t, context.Background())
		must(t, cmd.Start())
		go func() { _ = cmd.Wait() }()
	}},
	{Name: "signal-listener", Shows: "waits for a signal, without signal.Stop", Want: "chan receive", Run: func(testing.TB) {
		c := make(chan os.Signal, 1)
		signal.Notify(c, os.Interrupt)
		go func() {
			for range c {
			}
		}()
	}},
	{Name: "signal-context", Shows: "signal.NotifyContext without its stop", Want: "os/signal", Run: func(testing.TB) {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
		keep(ctx)
		keep(stop)
	}},
}, unixLeaks...)

// listen listens on the loopback.
func listen(t testing.TB) net.Listener {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	return listener
}

// connection returns the two ends of a TCP connection. Both stay open.
func connection(t testing.TB) (client, server net.Conn) {
	listener := listen(t)
	defer listener.Close()
	client, err := net.Dial("tcp", listener.Addr().String())
	must(t, err)
	server, err = listener.Accept()
	must(t, err)
	keep(client)
	keep(server)
	return client, server
}

// sleeperEnv makes a process do nothing until its standard input ends.
const sleeperEnv = "WATERTIGHT_SLEEPER"

// SleepIfAsked waits until the standard input ends, and exits, where a case
// started this process as its program. Otherwise it returns at once.
func SleepIfAsked() {
	if os.Getenv(sleeperEnv) != "" {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}
}

// sleeper is a program that runs until in is closed, or until this process ends.
func sleeper(t testing.TB, ctx context.Context) (cmd *exec.Cmd, in io.Closer) {
	exe, err := os.Executable()
	must(t, err)
	cmd = exec.CommandContext(ctx, exe)
	cmd.Env = append(os.Environ(), sleeperEnv+"=1")
	in, err = cmd.StdinPipe()
	must(t, err)
	keep(in)
	return cmd, in
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("the case could not be set up: %v", err)
	}
}
