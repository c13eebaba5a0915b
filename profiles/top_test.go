package profiles

import (
	"slices"
	"testing"

	"github.com/google/pprof/profile"
	"github.com/stretchr/testify/require"
)

func names(entries []Entry) []string {
	var out []string
	for _, e := range entries {
		out = append(out, e.Function)
	}
	return out
}

func TestTopRanks(t *testing.T) {
	p := sample(t,
		stack{value: 5, functions: []string{"runtime.gopark", "m.example/a.leaf", "m.example/a.mid", "m.example/a.root"}},
		stack{value: 2, functions: []string{"m.example/a.other", "m.example/a.root"}},
	)
	require.Equal(t, []Entry{
		{"m.example/a.root", "/src/file.go", 10, 7},
		{"m.example/a.leaf", "/src/file.go", 10, 5},
		{"m.example/a.mid", "/src/file.go", 10, 5},
		{"m.example/a.other", "/src/file.go", 10, 2},
	}, p.Top(0))
	require.Equal(t, p.Top(0), p.Top(-1))
	require.Equal(t, p.Top(0), p.Top(99))
	require.Equal(t, p.Top(0)[:2], p.Top(2))
}

func TestTopIsDeterministic(t *testing.T) {
	var stacks []stack
	var want []string
	for r := 'a'; r <= 'z'; r++ {
		want = append(want, "x."+string(r))
		stacks = append(stacks, stack{value: 1, functions: []string{"x." + string(r)}})
	}
	slices.Reverse(stacks)
	require.Equal(t, want, names(sample(t, stacks...).Top(0)), "map order must not show")
}

func TestTopLeavesOutZero(t *testing.T) {
	p := sample(t,
		stack{value: 2, functions: []string{"x.up", "x.both"}},
		stack{value: -2, functions: []string{"x.down", "x.both"}},
	)
	require.Equal(t, []string{"x.down", "x.up"}, names(p.Top(0)))
}

func TestTopCountsRecursionOnce(t *testing.T) {
	p := sample(t, stack{value: 4, functions: []string{"x.walk", "x.walk", "x.step", "x.walk", "x.main"}})
	require.EqualValues(t, 4, p.Top(0)[0].Value)
	require.Equal(t, []string{"x.walk", "x.step", "x.main"}, names(p.Top(0)))
}

func TestTopTakesTheLineWithMost(t *testing.T) {
	line := func(value, line int64) stack {
		return stack{value: value, functions: []string{"x.f"}, at: map[string]int64{"x.f": line}}
	}
	require.EqualValues(t, 30, sample(t, line(1, 10), line(2, 20), line(9, 30)).Top(1)[0].Line)
	require.EqualValues(t, 20, sample(t, line(1, 10), line(-5, 20), line(2, 30)).Top(1)[0].Line)
	require.EqualValues(t, 10, sample(t, line(3, 20), line(3, 10)).Top(1)[0].Line)
}

func TestTopLeavesTheRuntimeOut(t *testing.T) {
	lent := []string{"runtime.gopark", "internal/runtime/maps.grow", "runtime/pprof.Do", "internal/poll.runtime_pollWait"}
	p := sample(t, stack{value: 1, functions: append(lent, "x.f")})
	require.Equal(t, []string{"x.f"}, names(p.Top(0)))

	only := sample(t, stack{value: 1, functions: lent[:2]}, stack{value: 1, functions: []string{"runtimes.f"}})
	require.Equal(t, []string{"runtime.gopark", "runtimes.f", "internal/runtime/maps.grow"}, names(only.Top(0)))
}

// All frames of a blocked goroutine have the same value: the program's own come
// first.
func TestTopPrefersTheModule(t *testing.T) {
	stack := []function{
		{"net.(*conn).Read", "/usr/local/go/src/net/net.go"},
		{"encoding/json.F[...]", "encoding/json/trimpath.go"},
		{"net/http.(*Client).Do", `C:\go\src\net\http\client.go`},
		{"github.com/x/y.(*T).call", "/home/a/go/pkg/mod/github.com/x/y@v1.0.0/t.go"},
		{"example/net.Dial[...].func1", "/home/a/code/net/dial.go"},
		{"main.main", "/home/a/src/main/main.go"},
	}
	proto := &profile.Profile{SampleType: []*profile.ValueType{{Type: "goroutine", Unit: "count"}}}
	s := &profile.Sample{Value: []int64{1}}
	for i, f := range stack {
		fn := &profile.Function{ID: uint64(i + 1), Name: f.name, Filename: f.file}
		l := &profile.Location{ID: fn.ID, Line: []profile.Line{{Function: fn, Line: 1}}}
		proto.Function, proto.Location = append(proto.Function, fn), append(proto.Location, l)
		s.Location = append(s.Location, l)
	}
	proto.Sample = append(proto.Sample, s)
	p, err := encode(proto)
	require.NoError(t, err)
	require.Equal(t, []string{
		"github.com/x/y.(*T).call", "example/net.Dial[...].func1", "main.main",
		"net.(*conn).Read", "encoding/json.F[...]", "net/http.(*Client).Do",
	}, names(p.Top(0)))
}

func TestTopWithoutSymbols(t *testing.T) {
	l := &profile.Location{ID: 1, Address: 0xabc}
	p, err := encode(&profile.Profile{
		SampleType: []*profile.ValueType{{Type: "goroutine", Unit: "count"}},
		Location:   []*profile.Location{l},
		Sample:     []*profile.Sample{{Location: []*profile.Location{l}, Value: []int64{2}}},
	})
	require.NoError(t, err)
	require.Equal(t, []Entry{{Function: "0xabc", Value: 2}}, p.Top(0))
}

func TestSplit(t *testing.T) {
	for name, want := range map[string][2]string{
		"main.main":                        {"main", "main"},
		"github.com/x/y.(*T).M":            {"github.com/x/y", "(*T).M"},
		"github.com/x/y%2ez.F.func1":       {"github.com/x/y%2ez", "F.func1"},
		"a/b.F[go.shape.struct { x/y.T }]": {"a/b", "F[go.shape.struct { x/y.T }]"},
		"__libc_start_main":                {"", "__libc_start_main"},
		"":                                 {"", ""},
	} {
		pkg, rest := split(name)
		require.Equal(t, want, [2]string{pkg, rest}, name)
	}
}

// Functions of the runtime that are linked into another package are no code of the user's.
func TestStandard(t *testing.T) {
	for f, want := range map[Frame]bool{
		{Function: "time.newTimer", File: "/usr/local/go/src/runtime/time.go"}:       true,
		{Function: "time.newTimer", File: "runtime/time.go"}:                         true,
		{Function: "net/http.(*conn).serve", File: "/go/src/net/http/server.go"}:     true,
		{Function: "sync.runtime_notifyListWait", File: "/go/src/runtime/sema.go"}:   true,
		{Function: "main.main", File: "/src/runtime/main.go"}:                        false,
		{Function: "time.newTimer", File: "/home/me/time/time.go"}:                   false,
		{Function: "example.com/runtime.wait", File: "/home/me/src/runtime/wait.go"}: false,
	} {
		if got := f.Standard(); got != want {
			t.Errorf("%s in %s: got %t, want %t", f.Function, f.File, got, want)
		}
	}
}
