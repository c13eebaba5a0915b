package scenarios

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCrashSaysItsKindOnce(t *testing.T) {
	require.Equal(t, "panic: planted", Crash{Kind: "panic", Message: "panic: planted"}.String())
	require.Equal(t, "fatal: unlock", Crash{Kind: "fatal", Message: "fatal error: unlock"}.String())
	require.Equal(t, "exit: status 3", Crash{Kind: "exit", Message: "status 3"}.String())
}
