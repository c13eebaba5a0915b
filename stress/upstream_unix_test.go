//go:build unix

package stress

import (
	"bufio"
	"io"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// Ctrl-C ends the command with its counts, whatever hangs.
func TestUpstreamInterrupted(t *testing.T) {
	t.Parallel()
	c := newCommand(t, "upstream", "-schedule", "hang")
	pipe, err := c.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, c.cmd.Start())
	out := bufio.NewReader(pipe)
	url, err := out.ReadString('\n')
	require.NoError(t, err)
	require.NoError(t, c.cmd.Process.Signal(os.Interrupt))
	rest, err := io.ReadAll(out)
	require.NoError(t, err)
	require.NoError(t, c.cmd.Wait(), c.stderr.String())
	require.Regexp(t, `^http://127.0.0.1:`, url)
	require.Regexp(t, `^0 requests in .*, 0 still open\n$`, string(rest))
	require.Contains(t, c.stderr.String(), "hang-before-headers: begins, and stays\n")
}
