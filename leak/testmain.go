package leak

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
)

// VerifyTestMain runs the tests of *testing.M and exits with their code. It exits with 1
// where they passed and left goroutines behind that no Check has reported: those of
// tests without a Check, and those that could not be traced to a test. What was created
// by goroutines that a Check has reported is only counted.
//
//	func TestMain(m *testing.M) { leak.VerifyTestMain(m) }
//
// Goroutines that ran before the tests, such as those that a package starts when it is
// initialised, may stay. Where something has to be done before the exit, use RunTests.
func VerifyTestMain(m interface{ Run() int }, opts ...Options) {
	os.Exit(RunTests(m, opts...))
}

// RunTests is VerifyTestMain without the exit: it returns the exit code, and
// writes what it found to the standard error.
//
//	func TestMain(m *testing.M) {
//		database := start()
//		code := leak.RunTests(m)
//		database.stop()
//		os.Exit(code)
//	}
func RunTests(m interface{ Run() int }, opts ...Options) int {
	return runTests(m, os.Stderr, opts...)
}

// runTests is RunTests with a place to write to.
func runTests(m interface{ Run() int }, out io.Writer, opts ...Options) int {
	o := merge(opts)
	if err := o.validate(); err != nil {
		fmt.Fprintf(out, "tests not run: %v\n", err)
		return 1
	}
	base := Take(o)
	code := m.Run()
	r, err := FindUnreported(context.Background(), base, o)
	switch {
	case err == nil:
		if r.worthLogging() {
			fmt.Fprintf(out, "after all tests: leak: %s\n", r)
		}
		return code
	case errors.Is(err, ErrLeak):
		fmt.Fprintf(out, "after all tests, leaks that no single test can be blamed for: %v\n", err)
	default:
		fmt.Fprintf(out, "after all tests: %v\n", err)
	}
	if code == 0 {
		code = 1
	}
	return code
}

// FindUnreported is Find without the goroutines that a Check has reported, and without
// those that they have created, which a warning counts. Called after all tests, with a
// snapshot from before the first of them, it finds what no test was blamed for.
// VerifyTestMain and RunTests do so themselves.
func FindUnreported(ctx context.Context, base *Snapshot, opts ...Options) (Report, error) {
	var since Snapshot
	if base != nil {
		since = *base
	}
	ids := checks.alreadySeen()
	if ids == nil {
		ids = map[uint64]struct{}{}
	}
	maps.Copy(ids, since.goroutines.IDs)
	since.goroutines.IDs = ids
	return findOf(ctx, &since, checks.tests.Process(labelKey), opts...)
}
