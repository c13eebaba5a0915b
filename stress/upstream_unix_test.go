//go:build unix

package stress

import (
	"bufio"
	"io"
	"net"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Ctrl-C ends the command with its counts, whatever hangs.
func TestUpstreamInterrupted(t *testing.T) {
	t.Parallel()
	c := newCommand(t, "upstream", "-schedule", "hang")
	c.cmd.Stderr = nil
	outPipe, err := c.cmd.StdoutPipe()
	require.NoError(t, err)
	saidPipe, err := c.cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, c.cmd.Start())
	out, said := bufio.NewReader(outPipe), bufio.NewReader(saidPipe)
	url, err := out.ReadString('\n')
	require.NoError(t, err)
	begins, err := said.ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "hang-before-headers: begins, and stays\n", begins)

	conn, err := net.Dial("tcp", strings.TrimPrefix(strings.TrimSpace(url), "http://"))
	require.NoError(t, err)
	defer conn.Close()
	_, err = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
	require.NoError(t, err)
	require.NoError(t, c.cmd.Process.Signal(os.Interrupt))
	_, err = conn.Read(make([]byte, 1))
	require.Error(t, err, "the connection ends")
	ends, err := said.ReadString('\n')
	require.NoError(t, err)
	require.Regexp(t, `^hang-before-headers: [01] requests?, [01] open, on [01] connections?\n$`, ends)
	rest, err := io.ReadAll(out)
	require.NoError(t, err)
	require.Regexp(t, `^[01] requests? in .*, [01] still open\n`, string(rest))
	require.NoError(t, c.cmd.Wait())
}
