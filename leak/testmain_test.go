package leak

import (
	"bytes"
	"testing"

	"github.com/watertight-go/watertight/leak/internal/require"
)

// fakeM is a test binary that runs one function.
type fakeM func() int

func (m fakeM) Run() int { return m() }

func TestVerify(t *testing.T) {
	before := make(chan bool)
	defer close(before)
	go func() { <-before }()
	for _, c := range []struct {
		name string
		run  fakeM
		code int
		says string
	}{
		{"clean", func() int { return 0 }, 0, ""},
		{"failed", func() int { return 2 }, 2, ""},
		{"leaking", func() int { go func() { select {} }(); return 0 }, 1, "1 goroutine left behind: 1 proven"},
		{"failed and leaking", func() int { go func() { select {} }(); return 2 }, 2, "1 goroutine left behind: 1 proven"},
		{"reported by a test", func() int { require.Equal(t, 1, leakInTest()); return 1 }, 1, ""},
		{"of a class that did not fail in its test", func() int {
			require.Zero(t, leakInTest(Options{Fail: []Class{Running}}))
			return 0
		}, 1, "1 goroutine left behind: 1 proven"},
		{"allowed by its test", func() int {
			require.Zero(t, leakInTest(Options{Allow: []Allow{{CreatedBy: "github.com/watertight-go/watertight/leak.leakInTest*", Reason: "planted"}}}))
			return 0
		}, 0, ""},
	} {
		var out bytes.Buffer
		require.Equal(t, c.code, runTests(c.run, &out), c.name)
		require.Contains(t, out.String(), c.says, c.name)
		if c.says == "" {
			require.Empty(t, out.String(), c.name)
		}
	}
}

// TestVerifySays: warnings and what was measured are printed also where nothing
// leaks, and options that make no sense before any test runs.
func TestVerifySays(t *testing.T) {
	var out bytes.Buffer
	require.Zero(t, runTests(fakeM(func() int { return 0 }), &out, Options{Heap: true}))
	require.Contains(t, out.String(), "after all tests: leak: no goroutines left behind")
	require.Contains(t, out.String(), "heap ")
	out.Reset()
	ran := false
	require.Equal(t, 1, runTests(fakeM(func() int { ran = true; return 0 }), &out, Options{Fail: []Class{"maybe"}}))
	require.False(t, ran)
	require.Contains(t, out.String(), `"maybe"`)
	require.NotContains(t, out.String(), "no single test")
}

// leakInTest leaks in a test with a Check, and returns its failures.
//
//go:noinline
func leakInTest(opts ...Options) int {
	return underCheck(func() { go func() { select {} }() }, opts...)
}

// underCheck runs f in a goroutine of its own as a test with a Check, and returns how
// often that failed.
func underCheck(f func(), opts ...Options) int {
	t := &recorder{}
	done := make(chan bool)
	go func() {
		defer close(done)
		Check(t, opts...)
		f()
		for len(t.cleanups) > 0 {
			last := t.cleanups[len(t.cleanups)-1]
			t.cleanups = t.cleanups[:len(t.cleanups)-1]
			last()
		}
	}()
	<-done
	return t.failures
}

type recorder struct {
	cleanups []func()
	failures int
}

func (*recorder) Helper()                 {}
func (*recorder) Name() string            { return "recorder" }
func (*recorder) Logf(string, ...any)     {}
func (r *recorder) Errorf(string, ...any) { r.failures++ }
func (r *recorder) Cleanup(f func())      { r.cleanups = append(r.cleanups, f) }
