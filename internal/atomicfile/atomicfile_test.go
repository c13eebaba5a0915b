package atomicfile

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// A disk that fills up in the middle is a writer that fails in the middle.
func TestSaveLeavesNothingHalfWritten(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "report.json")
	require.NoError(t, os.WriteFile(path, []byte("old"), 0o644))
	err := Write(path, func(w io.Writer) error {
		_, err := w.Write([]byte(`{"schema": `))
		require.NoError(t, err)
		return io.ErrShortWrite
	})
	require.ErrorIs(t, err, io.ErrShortWrite)
	all, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, all, 1, "no temporary file stays")
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "old", string(data))
}
