// Package port rewrites the calls of other leak checkers in Go files to those of
// package leak: go.uber.org/goleak and github.com/fortytw2/leaktest. What it cannot
// rewrite it leaves alone and names, with what to do by hand.
package port

import (
	"bytes"
	"errors"
	"fmt"
	"go/format"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// The packages that are known.
const (
	leakPath     = "github.com/watertight-go/watertight/leak"
	goleakPath   = "go.uber.org/goleak"
	leaktestPath = "github.com/fortytw2/leaktest"
	gleakPath    = "github.com/onsi/gomega/gleak"
)

// Note is what was changed at a line, or what is to be done there by hand.
type Note struct {
	File   string
	Line   int
	ByHand bool
	Text   string
}

func (n Note) String() string { return fmt.Sprintf("%s:%d: %s", n.File, n.Line, n.Text) }

// Source rewrites one file. The result is src itself where nothing is to be changed.
func Source(name string, src []byte) (out []byte, notes []Note, err error) {
	f, err := parse(name, src)
	if err != nil {
		return nil, nil, err
	}
	if !f.uses() {
		return src, nil, nil
	}
	f.walk()
	slices.SortStableFunc(f.notes, func(a, b Note) int { return a.Line - b.Line })
	if len(f.edits) == 0 {
		return src, f.notes, nil
	}
	f.editImports()
	out, err = format.Source(f.apply())
	if err != nil {
		return nil, nil, fmt.Errorf("port: %s: format the result: %w", name, err)
	}
	return out, f.notes, nil
}

// edit replaces a part of the source.
type edit struct {
	from, to token.Pos
	text     string
}

// apply returns the source with all edits.
func (f *file) apply() []byte {
	slices.SortStableFunc(f.edits, func(a, b edit) int { return int(a.from - b.from) })
	var b bytes.Buffer
	last := 0
	for _, e := range f.edits {
		b.Write(f.src[last:f.offset(e.from)])
		b.WriteString(e.text)
		last = f.offset(e.to)
	}
	b.Write(f.src[last:])
	return b.Bytes()
}

// Files are the Go files of folders. One that ends in "/..." stands for all below it,
// without those of other tools: vendor, testdata, and names that begin with a dot or a
// line.
func Files(patterns []string) (files []string, err error) {
	for _, p := range patterns {
		dir, all := strings.CutSuffix(filepath.ToSlash(p), "/...")
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && path != dir && (!all || skipped(d.Name())):
				return fs.SkipDir
			case !d.IsDir() && strings.HasSuffix(path, ".go"):
				files = append(files, path)
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("port: %w", err)
		}
	}
	return files, nil
}

func skipped(folder string) bool {
	return folder == "vendor" || folder == "testdata" || strings.HasPrefix(folder, ".") || strings.HasPrefix(folder, "_")
}

// Run rewrites files, and returns the notes of all of them. Where write is nil the
// files stay as they are. One that cannot be read or written does not stop the others.
func Run(files []string, write func(name string, text []byte) error) (notes []Note, err error) {
	var errs []error
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			errs = append(errs, fmt.Errorf("port: %w", err))
			continue
		}
		out, more, err := Source(name, src)
		if err == nil && write != nil && !bytes.Equal(src, out) {
			err = write(name, out)
		}
		if err != nil {
			errs = append(errs, err)
			continue
		}
		notes = append(notes, more...)
	}
	return notes, errors.Join(errs...)
}
