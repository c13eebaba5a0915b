package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/watertight-go/watertight/suite"
)

// many runs a module of n packages with one test each, plain and under a check, and prints
// what that took. It returns false where a test is not as it must be.
func many(ctx context.Context, w io.Writer, n int, dir string) (bool, error) {
	if err := writeMany(dir, n); err != nil {
		return false, err
	}
	good := true
	for _, o := range []suite.Options{{Dir: dir, Plain: true}, {Dir: dir}} {
		observed, err := suite.Run(ctx, o, io.Discard)
		if err != nil {
			return false, err
		}
		c := observed.Counts()
		good = good && c.Tests == n && (o.Plain || c.Checked == n)
		fmt.Fprintf(w, "%d packages, plain %v: %d tests, %d checked; %.0f s, CPU %.0f s, peak memory of this process and its largest child until now %s\n",
			n, o.Plain, c.Tests, c.Checked, observed.Elapsed.Seconds(), observed.CPU.Seconds(), peakMemory())
	}
	return good, nil
}

// writeMany writes the module.
func writeMany(dir string, n int) error {
	errs := []error{os.MkdirAll(dir, 0o755), os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module example.com/many\n\ngo 1.24\n"), 0o644)}
	for i := range n {
		name := fmt.Sprintf("p%d", i)
		text := fmt.Sprintf("package %s\n\nimport \"testing\"\n\nfunc Test%d(t *testing.T) {}\n", name, i)
		errs = append(errs, os.MkdirAll(filepath.Join(dir, name), 0o755), os.WriteFile(filepath.Join(dir, name, "x_test.go"), []byte(text), 0o644))
	}
	return errors.Join(errs...)
}
