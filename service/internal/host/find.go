package host

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// find checks that the program can be run, and makes its path one that the supervisor
// finds from the service's folder.
func (o *order) find() *Error {
	if o.Dir != "" {
		if info, err := os.Stat(o.Dir); err != nil || !info.IsDir() {
			return failed("start %s: its folder %s does not exist", o.Path, o.Dir)
		}
	}
	if !strings.ContainsRune(filepath.ToSlash(o.Path), '/') {
		return o.findInPath()
	}
	file := o.Path
	if !filepath.IsAbs(file) {
		file = filepath.Join(o.Dir, file)
	}
	info, err := os.Stat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return failed("start %s: it does not exist", o.Path)
	case err != nil:
		return failed("start %s: %v", o.Path, err)
	case info.IsDir():
		return failed("start %s: got a folder, want a program", o.Path)
	case runtime.GOOS != "windows" && info.Mode()&0o111 == 0:
		return failed("start %s: it is not executable (%s): make it so with chmod +x", o.Path, info.Mode())
	}
	return nil
}

// findInPath finds a name in PATH.
func (o *order) findInPath() *Error {
	found, err := exec.LookPath(o.Path)
	if errors.Is(err, exec.ErrNotFound) {
		return failed("start %s: there is no program of this name in PATH: name a path, such as ./%s", o.Path, o.Path)
	}
	if err != nil {
		return failed("start %s: %v", o.Path, err)
	}
	o.Path = found
	return nil
}
