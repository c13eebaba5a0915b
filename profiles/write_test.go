package profiles

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

// requireOnly fails t unless dir holds exactly the named files.
func requireOnly(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	got := []string{}
	for _, e := range entries {
		got = append(got, e.Name())
	}
	require.ElementsMatch(t, want, got)
}

func TestWriteFileReplaces(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "p")
	require.NoError(t, os.WriteFile(path, []byte("old and longer than what comes"), 0o666))
	p := sample(t, stack{value: 3, functions: []string{"x.f"}})
	require.NoError(t, p.WriteFile(path))
	read, err := Read(path)
	require.NoError(t, err)
	require.Equal(t, p.Top(0), read.Top(0))
	requireOnly(t, dir, "p")

	plain := filepath.Join(dir, "plain")
	require.NoError(t, os.WriteFile(plain, nil, 0o666))
	require.Equal(t, mode(t, plain), mode(t, path), "the umask decides")
}

func mode(t *testing.T, path string) fs.FileMode {
	info, err := os.Stat(path)
	require.NoError(t, err)
	return info.Mode()
}

func TestWriteFileTargetIsDirectory(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "p")
	require.NoError(t, os.Mkdir(path, 0o777))
	err := sample(t).WriteFile(path)
	require.EqualError(t, err, "profiles: write: "+path+": got a directory, want the name of a file")
	requireOnly(t, dir, "p")
	requireOnly(t, path)
}

func TestWriteFileWithoutFolder(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "nosuch", "p")
	err := sample(t).WriteFile(path)
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.ErrorContains(t, err, "profiles: write: "+path+": the folder must exist and be writable: ")
	requireOnly(t, dir)

	file := filepath.Join(dir, "file")
	require.NoError(t, os.WriteFile(file, nil, 0o666))
	require.ErrorContains(t, sample(t).WriteFile(filepath.Join(file, "p")), "the folder must exist")
	requireOnly(t, dir, "file")
}

func TestWriteFileUnwritableFolder(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("on Windows a folder's mode does not forbid writing to it")
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "p")
	require.NoError(t, os.WriteFile(path, []byte("old"), 0o666))
	require.NoError(t, os.Chmod(dir, 0o555))
	defer func() { _ = os.Chmod(dir, 0o755) }()
	p := sample(t)
	var err error
	asUser(t, func() { err = p.WriteFile(path) })
	require.ErrorIs(t, err, fs.ErrPermission)
	require.ErrorContains(t, err, path+": the folder must exist and be writable")
	requireOnly(t, dir, "p")
}

// A disk that fills up in the middle of a write.
func TestReplaceFileHalfWritten(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "p")
	require.NoError(t, os.WriteFile(path, []byte("old"), 0o666))
	full := errors.New("no space left on device")
	err := replaceFile(path, func(w io.Writer) error {
		_, err := w.Write([]byte("half"))
		requireHidden(t, dir, path)
		return errors.Join(err, full)
	})
	require.ErrorIs(t, err, full)
	requireOnly(t, dir, "p")
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "old", string(data))
}

// requireHidden fails t unless the old content is at path while the new one is
// being written beside it.
func requireHidden(t *testing.T, dir, path string) {
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "old", string(data))
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 2)
}
