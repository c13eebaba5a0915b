package stack

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak/internal/require"
)

func TestParseHeader(t *testing.T) {
	for line, want := range map[string]Header{
		"goroutine 7 [running]:":                                                 {ID: 7, State: "running"},
		"goroutine 7 [chan receive (nil chan) (leaked)]:":                        {ID: 7, State: "chan receive (nil chan)", Leaked: true},
		"goroutine 7 [select (no cases), 3 minutes, locked to thread]:":          {ID: 7, State: "select (no cases)", Wait: 3 * time.Minute, Locked: true},
		"goroutine 7 [chan send (scan), 1 minutes]:":                             {ID: 7, State: "chan send", Scan: true, Wait: time.Minute},
		"goroutine 7 [chan receive (leaked) (scan)]:":                            {ID: 7, State: "chan receive", Leaked: true, Scan: true},
		"goroutine 7 [sleep (durable), synctest bubble 12]:":                     {ID: 7, State: "sleep", Durable: true, Bubble: 12},
		"goroutine 7 [chan receive, synctest bubble 1 (durable)]:":               {ID: 7, State: "chan receive", Extra: []string{"synctest bubble 1 (durable)"}},
		"goroutine 7 gp=0xc0000061c0 m=3 mp=0xc000040008 [GC worker (idle)]:":    {ID: 7, State: "GC worker (idle)"},
		"goroutine 7 gp=0xc0000061c0 m=nil [force gc (idle), 9 minutes]:":        {ID: 7, State: "force gc (idle)", Wait: 9 * time.Minute},
		`goroutine 7 [sleep labels:{"test": "Z"}]:`:                              {ID: 7, State: "sleep", Labels: []Label{{"test", "Z"}}},
		`goroutine 7 [sleep, 2 minutes labels:{"a]": "b\n}", "": ""}]:`:          {ID: 7, State: "sleep", Wait: 2 * time.Minute, Labels: []Label{{"a]", "b\n}"}, {"", ""}}},
		"goroutine 7 [sleep] {test: Z}:":                                         {ID: 7, State: "sleep", Labels: []Label{{"test", "Z"}}},
		`goroutine 7 [sleep, synctest bubble 3] {"a: b": "c, d", e.f/g_h: "-"}:`: {ID: 7, State: "sleep", Bubble: 3, Labels: []Label{{"a: b", "c, d"}, {"e.f/g_h", "-"}}},
		"goroutine 0 gp=0x1 m=0 mp=0x2 [idle]:":                                  {State: "idle"},
		"goroutine 7 [chan receive (synctest), synctest group 6]:":               {ID: 7, State: "chan receive", Durable: true, Bubble: 6},
		"goroutine 7 [sleep] {: }:":                                              {ID: 7, State: "sleep", Labels: []Label{{"", ""}}},
		"goroutine 7 [???, something new, 99999999999 minutes]:":                 {ID: 7, State: "???", Extra: []string{"something new", "99999999999 minutes"}},
	} {
		got, err := ParseHeader([]byte(line))
		require.NoError(t, err, line)
		require.Equal(t, want, got, line)
	}
	for _, line := range []string{
		"", "goroutine ", "goroutine x [running]:", "goroutine 7", "goroutine 7 [running",
		"goroutine 99999999999999999999 [running]:", `goroutine 7 [sleep labels:{"a": "b]:`, "goroutine 7 [sleep] {a}:", "goroutine 7 [sleep] {a: b",
	} {
		_, err := ParseHeader([]byte(line))
		require.ErrorContains(t, err, "stack: parse header: got", line)
	}
}

func TestParseBody(t *testing.T) {
	got := ParseBody([]byte(strings.TrimLeft(`
example.com/x.(*T[...]).Do(0xc000, {0x1, 0x2}, ...)
	/a b/c:1/d.go:12 +0x1d fp=0xc0 sp=0xc1 pc=0xc2
example.com/x.inlined(...)
	C:/x/y.go:7
...12 frames elided...
panic({0x1?, 0x2?})
	/usr/local/go/src/runtime/panic.go:859 +0x125
cfunction
	/c/file.c:3 pc=0x12
non-Go function
	pc=0x13
non-Go function at pc=14
example.com/x.outer({}, ?, _)
	/x/outer.go:1 +0x1
created by example.com/x.(*T).Start.func1 in goroutine 42
	/x/start.go:99 +0x5f
[originating from goroutine 42]:
example.com/x.main(...)
	/x/main.go:3 +0x1
...additional frames elided...
created by example.com/x.init
	/x/init.go:5 +0x1
[originating from goroutine q]:
runtime: g 7: unexpected return pc for x called from 0x1
	what is this
`, "\n")))
	require.Equal(t, Trace{
		Frames: []Frame{
			{"example.com/x.(*T[...]).Do", "/a b/c:1/d.go", 12},
			{"example.com/x.inlined", "C:/x/y.go", 7},
			{"panic", "/usr/local/go/src/runtime/panic.go", 859},
			{"cfunction", "/c/file.c", 3},
			{"non-Go function", "", 0},
			{"non-Go function", "", 0},
			{"example.com/x.outer", "/x/outer.go", 1},
		},
		Elided:  12,
		Created: Frame{"example.com/x.(*T).Start.func1", "/x/start.go", 99},
		Creator: 42,
		Ancestors: []Ancestor{{
			ID:      42,
			Frames:  []Frame{{"example.com/x.main", "/x/main.go", 3}},
			Elided:  -1,
			Created: Frame{"example.com/x.init", "/x/init.go", 5},
		}},
		Skipped: 3,
	}, got)
	require.True(t, ParseBody([]byte("\tgoroutine running on other thread; stack unavailable\ncreated by a.b\n\t/a.go:1 +0x1\n")).Unavailable)
}

// TestDumps reads the dumps that real programs wrote, and compares with what
// plain pattern matching finds in them.
func TestDumps(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 10)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			dump, err := os.ReadFile(file)
			require.NoError(t, err)
			all, skipped, err := Parse(dump)
			require.NoError(t, err)
			require.Zero(t, skipped)
			heads := regexp.MustCompile(`(?m)^goroutine \d+ .*\[.*:$`).FindAll(dump, -1)
			require.Len(t, all, len(heads))
			frames, elided, created, ancestors := 0, 0, 0, 0
			for _, g := range all {
				require.NotEmpty(t, g.State)
				require.Empty(t, g.Extra)
				if len(g.Frames) == 0 && !g.Unavailable {
					require.NotEmpty(t, g.Created.Func, "goroutine %d", g.ID)
				}
				for _, f := range g.Frames {
					require.NotEmpty(t, f.File, "%+v", g)
					require.Positive(t, f.Line)
				}
				frames += len(g.Frames)
				if g.Elided > 0 {
					elided++
				}
				if g.Created.Func != "" {
					created++
					require.Positive(t, g.Created.Line)
				}
				ancestors += len(g.Ancestors)
			}
			require.Equal(t, bytes.Count(dump, []byte("[originating from goroutine ")), ancestors)
			require.Equal(t, bytes.Count(dump, []byte(" frames elided...")), elided)
			if ancestors == 0 {
				require.Equal(t, bytes.Count(dump, []byte("\ncreated by ")), created)
			}
			require.Positive(t, frames)
		})
	}
}

// TestDumpMarks: the marks that only some dumps have are in the corpus.
func TestDumpMarks(t *testing.T) {
	marks := map[string]bool{}
	files, _ := filepath.Glob("testdata/*.txt")
	for _, file := range files {
		dump, err := os.ReadFile(file)
		require.NoError(t, err)
		all, _, err := Parse(dump)
		require.NoError(t, err)
		version, _, _ := strings.Cut(filepath.Base(file), "-")
		for _, g := range all {
			for mark, has := range marksOf(g) {
				if has {
					marks[version+" "+mark] = true
				}
			}
		}
	}
	never := map[string][]string{
		"go1.24": {"leaked", "labels", "odd label"},
		"go1.25": {"leaked", "labels", "odd label"},
		// Without GOEXPERIMENT=goroutineleakprofile.
		"go1.26": {"leaked"},
	}
	for _, version := range []string{"go1.24", "go1.25", "go1.26", "go1.27"} {
		for mark := range marksOf(Goroutine{}) {
			want := !slices.Contains(never[version], mark)
			if mark == "minutes" || mark == "unavailable" {
				// That depends on the moment.
				marks[mark] = marks[mark] || marks[version+" "+mark]
				continue
			}
			require.Equal(t, want, marks[version+" "+mark], "%s: %s", version, mark)
		}
	}
	require.True(t, marks["minutes"] && marks["unavailable"])
}

// marksOf says which of the marks a goroutine has.
func marksOf(g Goroutine) map[string]bool {
	in := func(file string) bool {
		return slices.ContainsFunc(append(g.Frames, g.Created), func(f Frame) bool { return strings.HasSuffix(f.File, file) })
	}
	return map[string]bool{
		"leaked": g.Leaked, "durable": g.Durable, "minutes": g.Wait > 0, "locked": g.Locked, "bubble": g.Bubble != 0,
		"labels": len(g.Labels) > 0, "odd label": len(g.Labels) == 1 && g.Labels[0].Key == `o]dd: "key"` && strings.Contains(g.Labels[0].Value, "é\U0001f600"),
		"elided": g.Elided > 0, "ancestors": len(g.Ancestors) > 0, "no creator": g.ID > 1 && g.Created.Func != "" && g.Creator == 0,
		"nil channel": g.State == "chan receive (nil chan)", "scheduler": g.ID == 0, "unavailable": g.Unavailable,
		"generic": slices.ContainsFunc(g.Frames, func(f Frame) bool { return strings.HasSuffix(f.Func, ".(*node[...]).wait") }),
		"C":       in("/c path/deep.c"), "C++": slices.ContainsFunc(g.Frames, func(f Frame) bool { return f.Func == "ns::outer<int>" && f.Line == 8 }),
		"drive letter": in(`C:\Users\Jo Doe\a b.go`), "odd path": in("/odd:7/é +0x1 (x).go"), "colon in a path": in("☃:99.go"), "words in a path": in("/in goroutine 7/x.go"),
	}
}

func TestParseNothing(t *testing.T) {
	_, _, err := Parse([]byte("panic: on purpose\n\nno goroutine here\n"))
	require.ErrorContains(t, err, "got no goroutine record")
	all, skipped, err := Parse([]byte("goroutine 7 [x:\n\ngoroutine 8 [running]:\n"))
	require.NoError(t, err)
	require.Equal(t, 1, skipped)
	require.Len(t, all, 1)
}

// digest of one body, from the same seed each time.
// TestSearch: wherever its rarest byte stands, the text is found where bytes.Index
// finds it.
func TestSearch(t *testing.T) {
	for _, in := range []string{"", "Runner(", "tRunner(", "Runner(tRunner(x", "aRunner(tRunner", "ttRunner(tRunner("} {
		for _, common := range []string{"", "tttttt", "RRR((("} {
			s := newSearch([]byte(common), []byte("tRunner("))
			if got, want := s.index([]byte(in)), strings.Index(in, "tRunner("); got != want {
				t.Errorf("in %q, searched from %q on: got %d, want %d", in, s.text[s.from:], got, want)
			}
		}
	}
	if s := newSearch([]byte("tttt"), []byte("tRunner(")); s.from != 1 {
		t.Errorf("got a search from byte %d on, want the rarest, 1", s.from)
	}
}
