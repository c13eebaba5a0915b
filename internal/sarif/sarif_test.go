package sarif

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFileURI(t *testing.T) {
	require.Equal(t, "file:///C:/a%20b.go", fileURI("C:/a b.go"))
	require.Equal(t, "file:///a%23b.go", fileURI("/a#b.go"))
	require.Equal(t, "./a:b/c.go", fileURI("a:b/c.go"))
}

func TestFingerprint(t *testing.T) {
	require.Equal(t, Fingerprint("a", "b"), Fingerprint("a", "b"))
	require.NotEqual(t, Fingerprint("a", "b"), Fingerprint("ab"))
	require.NotEqual(t, Fingerprint("a", "b"), Fingerprint("b", "a"))
}
