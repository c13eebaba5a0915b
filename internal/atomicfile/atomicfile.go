package atomicfile

import (
	"io"
	"os"
	"path/filepath"
)

// replaceFile fills a temporary file beside path and gives it path's name.
func Write(path string, fill func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".tmp-")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // gone already where the rename succeeded
	// CreateTemp's 0600 would keep a report from others, as in a CI's upload step.
	err = fill(f)
	for _, step := range []func() error{func() error { return f.Chmod(0o644) }, f.Sync} {
		if err == nil {
			err = step()
		}
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
