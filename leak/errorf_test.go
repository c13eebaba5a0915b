package leak_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/leak/internal/require"
)

// lateT ignores Errorf once its body has returned; Fatalf counts, and panics.
type lateT struct {
	frameT
	fatal []string
}

func (l *lateT) Errorf(format string, args ...any) {
	if !l.ending {
		l.frameT.Errorf(format, args...)
	}
}

func (l *lateT) Fatalf(format string, args ...any) {
	l.fatal = append(l.fatal, fmt.Sprintf(format, args...))
	panic("stop")
}

func TestCheckErrorfIgnored(t *testing.T) {
	f := &lateT{frameT: frameT{fakeT: fakeT{name: "late"}}}
	f.runSteps(func() { leak.Check(f, leak.Options{Settle: brief}); leakOne() })
	require.Empty(t, f.failures)
	require.Len(t, f.fatal, 1)
	require.Contains(t, f.fatal[0], "1 goroutine left behind")
}

// endedT refuses Errorf once its body has returned, by a panic or by ending the goroutine.
type endedT struct {
	frameT
	refuseError func()
}

func (e *endedT) Errorf(format string, args ...any) {
	if e.ending {
		e.refuseError()
	}
	e.frameT.Errorf(format, args...)
}

// TestCheckErrorfRefused: the report is not lost, and the check has ended.
func TestCheckErrorfRefused(t *testing.T) {
	for name, c := range map[string]struct {
		refuse  func()
		printed string
	}{
		"panics": {func() { panic("the test has ended") }, "1 goroutine left behind"},
		"exits":  {runtime.Goexit, ""},
	} {
		t.Run(name, func(t *testing.T) {
			f := &endedT{frameT: frameT{fakeT: fakeT{name: t.Name()}}, refuseError: c.refuse}
			printed := stderrOf(t, func() {
				f.runSteps(func() { leak.Check(f, leak.Options{Settle: brief}); leakOne() })
			})
			require.Contains(t, printed, c.printed)
			next := &fakeT{name: "next"}
			next.run(func(t leak.TestingT) { leak.Check(t, leak.Options{Descriptors: true}) })
			require.NotContains(t, fmt.Sprint(next.logs), "not judged")
		})
	}
}

// stderrOf is what f writes to the standard error.
func stderrOf(t *testing.T, f func()) string {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), "stderr"))
	require.NoError(t, err)
	before := os.Stderr
	os.Stderr = file
	defer func() { os.Stderr = before }()
	f()
	require.NoError(t, file.Close())
	text, err := os.ReadFile(file.Name())
	require.NoError(t, err)
	return string(text)
}
