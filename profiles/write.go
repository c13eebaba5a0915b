package profiles

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"

	"github.com/google/pprof/profile"
)

// WriteFile writes p to path as compressed protobuf, which `go tool pprof` opens.
// It replaces an existing file. It writes another file beside path and renames it,
// so that path is the old file or the whole new one at any time. After an error no
// file is left. A process that is killed meanwhile leaves a hidden file that ends
// in ".tmp". WriteFile does not sync the disk, so the file may be lost in a power
// failure.
func (p *Profile) WriteFile(path string) error {
	if p.isZero() {
		return fmt.Errorf("profiles: write %s: the profile is empty, want one that was captured, read or computed", path)
	}
	encoded, err := p.encode()
	if err == nil {
		err = replaceFile(path, func(w io.Writer) error {
			_, err := w.Write(encoded)
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("profiles: write: %w", err)
	}
	return nil
}

// encode is the compressed form.
func (p *Profile) encode() ([]byte, error) {
	if p.encoded != nil {
		return p.encoded, nil
	}
	copied, err := profile.Merge([]*profile.Profile{p.proto})
	if err != nil {
		return nil, err
	}
	unshare(copied)
	written, err := encode(copied)
	if err != nil {
		return nil, err
	}
	return written.encoded, nil
}

// replaceFile writes to path, the whole file or nothing.
func replaceFile(path string, write func(io.Writer) error) (err error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return fmt.Errorf("%s: got a directory, want the name of a file", path)
	}
	// Not os.CreateTemp: only the owner could read its files, whatever the umask.
	temp := filepath.Join(filepath.Dir(path), fmt.Sprintf(".%s.%x.tmp", filepath.Base(path), rand.Uint64()))
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return fmt.Errorf("%s: the folder must exist and be writable: %w", path, cause(err))
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

// cause is err without the name of the temporary file, which is gone.
func cause(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	if e, ok := errors.AsType[*os.LinkError](err); ok {
		return e.Err
	}
	return err
}
