package host

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// written is a log in which a text was written, in pieces of n bytes.
func written(text string, n int) *log {
	l := newLog("MARK")
	for len(text) > 0 {
		k := min(n, len(text))
		_, _ = l.Write([]byte(text[:k]))
		text = text[k:]
	}
	return l
}

func TestLog(t *testing.T) {
	long := strings.Repeat("x", 3*longestLine)
	var many, last strings.Builder
	for i := range 100 {
		fmt.Fprintf(&many, "%d\n", i)
		if i >= 80 {
			fmt.Fprintf(&last, "%d\n", i)
		}
	}
	const crash = "panic: planted\n\ngoroutine 1 [running]:\nmain.main()\n"
	for text, want := range map[string]struct {
		tail, crash string
		marked      bool
	}{
		"":                          {},
		"a\nb":                      {tail: "a\nb"},
		"a\r\nb\r\n":                {tail: "a\nb"},
		"a\n\n":                     {tail: "a\n"},
		many.String():               {tail: strings.TrimSpace(last.String())},
		long + "\nend\n":            {tail: long[:longestLine] + "\nend"},
		long:                        {tail: long[:longestLine]},
		"a\n\nMARK\n":               {tail: "a", marked: true},
		"a\nMARK\n":                 {tail: "a", marked: true},
		"a\n\n\nMARK\nb\nMARK\nc\n": {tail: "a\n\nb\nc", marked: true},
		"\nMARK\n":                  {marked: true},
		long + "\nMARK\n":           {tail: long[:longestLine], marked: true},
		"no MARK\nMARK or\n":        {tail: "no MARK\nMARK or"},
		"a\n" + crash:               {tail: "a\n" + strings.TrimSpace(crash), crash: strings.TrimSpace(crash)},
		"panic: first\nb\nfatal error: second\nc\n": {tail: "panic: first\nb\nfatal error: second\nc", crash: "fatal error: second\nc"},
	} {
		for _, n := range []int{1, 7, 1 << 20} {
			l := written(text, n)
			require.Equal(t, want.tail, strings.Join(l.tail(), "\n"), "%q", text)
			require.Equal(t, want.crash, strings.Join(l.crashed(), "\n"), "%q", text)
			select {
			case <-l.marked:
				require.True(t, want.marked, "%q", text)
			default:
				require.False(t, want.marked, "%q", text)
			}
		}
	}
}

// The first lines are those of a go command that says much.
func TestLogHead(t *testing.T) {
	l := written(strings.Repeat("a\n", 15)+strings.Repeat("b\n", 15), 3)
	require.Len(t, l.head(), keptLines)
	require.Equal(t, "b", l.head()[keptLines-1])
}

func TestSaysWhy(t *testing.T) {
	s := BuildSpec{Package: "./cmd/x"}
	s.Tree.Whole, s.Tree.Instead = "/temp/1/tree", "/home/me/project"
	e := s.said([]string{"go: downloading a v1", "# example.com/cmd/x", "", "/temp/1/tree/main.go:1: undefined: f"}, "exited")
	require.Equal(t, "build ./cmd/x: /home/me/project/main.go:1: undefined: f", e.Sentence)
	require.Len(t, e.Log, 4)
	require.Equal(t, "build ./cmd/x: exited", s.said(nil, "exited").Sentence)
}

func TestSocketPathIsShort(t *testing.T) {
	require.Equal(t, socket{path: "/t/x/before.sock"}, newSocket("/t/x", "before"))
	long := newSocket("/t/"+strings.Repeat("x", 100), "before")
	require.Less(t, len(long.path), longestSocket)
	require.NotEqual(t, long, newSocket("/t/"+strings.Repeat("x", 100), "before"), "two of them")
	require.Equal(t, long.dir+"/pprof.sock", long.path)
}
