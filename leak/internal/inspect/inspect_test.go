package inspect

import (
	"fmt"
	"strings"
	"testing"

	"github.com/watertight-go/watertight/leak/internal/require"
	"github.com/watertight-go/watertight/leak/internal/stack"
)

// TestReadGroups: bodies that differ in arguments and creators alone make one
// group, those that differ in a line do not, however many shapes there are.
func TestReadGroups(t *testing.T) {
	const shapes, each = 2 * patternsKept, 3
	var b strings.Builder
	for i := range each * shapes {
		fmt.Fprintf(&b, "goroutine %d [select]:\nmain.g(%#x)\n\t/m.go:%d +0x1\ncreated by main.f in goroutine %d\n\t/m.go:2 +0x2\n\n", i+1000, i, 1+i%shapes, i+1)
	}
	got := new(Inspector).Read([]byte(b.String()))
	require.Len(t, got.Groups, shapes)
	for i, g := range got.Groups {
		require.Equal(t, 1+i, g.Trace.Frames[0].Line)
		require.Len(t, g.IDs, each)
	}
	require.Equal(t, each*shapes, got.Total)
}

func TestClassify(t *testing.T) {
	for state, want := range map[string]Class{
		"chan send (nil chan)": Proven, "semacquire": Blocked, "coroutine": Blocked, "syscall": Waiting,
		"runnable": Running, "GC assist wait": Running, "a state of the future": Running,
	} {
		require.Equal(t, want, Classify(stack.Header{State: state}), state)
	}
	require.Equal(t, Proven, Classify(stack.Header{State: "semacquire", Leaked: true}))
}

// TestIsSystem: what only begins like the name of a standard package is none.
func TestIsSystem(t *testing.T) {
	for name, want := range map[string]bool{
		"testing.(*T).Run": true, "testing/synctest.testingSynctestTest": true, "runtime.bgsweep": true,
		"testing.example.com/x.F": false, "unique.example.com/x.(*T).F": false, "runtime/pprof.Do": false, "main.f": false,
	} {
		require.Equal(t, want, IsSystem(stack.Header{ID: 7}, stack.Trace{Created: stack.Frame{Func: name}}), name)
	}
}

func TestPlaceMatches(t *testing.T) {
	const file = "/home/u/pool/pool.go"
	for want, matches := range map[string]bool{
		"pool.go": true, "pool/pool.go": true, "pool.go:42": true, "/home/u/pool/pool.go:42": true,
		"ool.go": false, "pool.go:4": false, "pool.go:2": false, "other.go": false, "pool": false,
	} {
		require.Equal(t, matches, placeMatches(want, file, 42), want)
	}
}
