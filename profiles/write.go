package profiles

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// WriteFile writes p to path as gzip'd protobuf, which `go tool pprof` opens,
// and replaces what is there. It writes beside path under another name and
// renames: path holds the old file or the whole new one at any time, and on an
// error nothing is left. A process that is killed midway leaves a hidden file
// that ends in ".tmp". Nothing is synced to the disk: this does not outlive a
// power cut.
func (p *Profile) WriteFile(path string) error {
	if p.isZero() {
		return fmt.Errorf("profiles: write %s: got no profile, want one that was captured, read or computed", path)
	}
	err := replaceFile(path, func(w io.Writer) error {
		_, err := w.Write(p.encoded)
		return err
	})
	if err != nil {
		return fmt.Errorf("profiles: write: %w", err)
	}
	return nil
}

// replaceFile puts what write writes at path, all of it or nothing.
func replaceFile(path string, write func(io.Writer) error) (err error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return fmt.Errorf("%s: got a directory, want the name of a file", path)
	}
	// Not os.CreateTemp: its files are for the owner alone, whatever the umask.
	temp := filepath.Join(filepath.Dir(path), fmt.Sprintf(".%s.%x.tmp", filepath.Base(path), rand.Uint64()))
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return fmt.Errorf("%s: want a folder that exists and can be written to: %w", path, cause(err))
	}
	defer func() {
		if err != nil {
			_ = os.Remove(temp)
		}
	}()
	if err := errors.Join(write(f), f.Close()); err != nil {
		return fmt.Errorf("%s: %w", path, cause(err))
	}
	if err := os.Rename(temp, path); err != nil {
		return fmt.Errorf("%s: %w", path, cause(err))
	}
	return nil
}

// cause takes the temporary name out of err: nobody will find it.
func cause(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	if e, ok := errors.AsType[*os.LinkError](err); ok {
		return e.Err
	}
	return err
}
