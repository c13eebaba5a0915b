package stored

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

type result struct {
	Schema string `json:"schema"`
	Count  int    `json:"count"`
}

func TestReadWhatWasWritten(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, Write(&b, result{"a/1", 7}))
	file := filepath.Join(t.TempDir(), "report.json")
	require.NoError(t, os.WriteFile(file, b.Bytes(), 0o600))
	var got result
	require.NoError(t, Read(file, "a/1", "stress x", &got))
	require.Equal(t, result{"a/1", 7}, got)
	require.ErrorIs(t, Read(file, "b/1", "stress x", &got), ErrOther)
}

func TestReadRefuses(t *testing.T) {
	file := filepath.Join(t.TempDir(), "report.json")
	for text, want := range map[string]string{
		``: `got the schema ""`, `{`: `got the schema ""`, `[]`: `got the schema ""`, `{"schema":7}`: `got the schema ""`,
		`{"schema":"a/1","count":"many"}`: "want one that stress x -o wrote",
	} {
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		require.ErrorContains(t, Read(file, "a/1", "stress x", &result{}), want, text)
	}
	require.ErrorIs(t, Read(filepath.Join(t.TempDir(), "none"), "a/1", "stress x", &result{}), os.ErrNotExist)
}
