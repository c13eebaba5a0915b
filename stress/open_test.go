package stress

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOpener(t *testing.T) {
	for system, want := range map[string]string{"linux": "xdg-open", "freebsd": "xdg-open", "darwin": "open", "windows": "rundll32"} {
		require.Equal(t, want, opener(system)[0])
	}
	err := openWith(t.Context(), []string{"no-such-opener"}, "x.html")
	require.EqualError(t, err, "this machine has no no-such-opener to open a page with")
	if runtime.GOOS == "linux" {
		require.NoError(t, openWith(t.Context(), []string{"true"}, "x.html"))
		require.EqualError(t, openWith(t.Context(), []string{"false"}, "x.html"), "false could not open it: exit status 1")
	}
}
