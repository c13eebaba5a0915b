//go:build unix

package host

import (
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/internal/child/childtest"
)

func TestEndUnderLoad(t *testing.T) {
	for name, want := range map[string]string{
		"panics":    "exited with code 2 (panic: planted)",
		"fatal":     "exited with code 2 (fatal error: concurrent map writes)",
		"overflows": "exited with code 2 (fatal error: stack overflow)",
		"nil":       "exited with code 2 (panic: runtime error: invalid memory address or nil pointer dereference)",
		"exits-two": "exited with code 2 (bad flag)",
		"killed":    "killed by SIGKILL",
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := toy(t, name)
			p := mustStart(t, s)
			request(s)
			end := mustEnd(t, p)
			require.Equal(t, want, end.Sentence)
			require.Equal(t, strings.Contains(want, "panic") || strings.Contains(want, "fatal"), end.Crash != nil)
			require.Equal(t, end, p.Stop())
		})
	}
}

func TestKilledFromOutside(t *testing.T) {
	s, pids := toy(t, "good")
	p := mustStart(t, s)
	require.NoError(t, syscall.Kill(childtest.Await(t, pids, 1)[0], syscall.SIGTERM))
	require.Equal(t, "exited with code 0", mustEnd(t, p).Sentence)
}

// A panic that net/http recovers ends nothing, and is no crash of the service.
func TestHandlerPanics(t *testing.T) {
	s, _ := toy(t, "recovers")
	p := mustStart(t, s)
	request(s)
	end := p.Stop()
	require.Equal(t, "exited with code 0", end.Sentence)
	require.Nil(t, end.Crash)
	require.Contains(t, strings.Join(end.Log, "\n"), "panic serving")
}
