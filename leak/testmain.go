package leak

import (
	"context"
	"fmt"
	"io"
	"maps"
	"os"
)

// TestingM is what VerifyTestMain needs of *testing.M.
type TestingM interface{ Run() int }

// VerifyTestMain runs the tests and exits with their code, or with 1 where they
// passed and left goroutines behind that no Check has reported:
//
//	func TestMain(m *testing.M) { leak.VerifyTestMain(m) }
//
// Goroutines that ran before the tests, such as those that a package starts
// when it is initialised, may stay.
func VerifyTestMain(m TestingM, opts ...Options) {
	os.Exit(verify(m, os.Stderr, opts...))
}

// verify is VerifyTestMain without the exit.
func verify(m TestingM, out io.Writer, opts ...Options) int {
	o := merge(opts)
	base := Take(o)
	code := m.Run()
	maps.Copy(base.ids, checks.known())
	r, err := Find(context.Background(), base, o)
	if err == nil {
		err = r.Err()
	}
	if err == nil {
		return code
	}
	fmt.Fprintf(out, "%v\n", err)
	if code == 0 {
		code = 1
	}
	return code
}
