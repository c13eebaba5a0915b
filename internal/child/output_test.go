package child

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func written(parts ...string) *output {
	o := newOutput("the mark")
	for _, p := range parts {
		_, _ = o.Write([]byte(p)) // it never fails
	}
	return o
}

func TestOutputKeepsBothEnds(t *testing.T) {
	lines := strings.Repeat(strings.Repeat("x", 999)+"\n", 2000)
	text := written("first line\n", lines, "last line\n").String()
	require.True(t, strings.HasPrefix(text, "first line\n"))
	require.True(t, strings.HasSuffix(text, "last line\n"))
	require.Contains(t, text, "bytes left out")
	require.Less(t, len(text), keepHead+keepTail+100)
	require.Equal(t, "all of it", written("all ", "of it").String())

	whole := strings.Repeat("0123456789abcde\n", (keepHead+keepTail)/16)
	require.Equal(t, whole, written(whole[:keepHead+5], whole[keepHead+5:]).String(), "nothing is left out, and nothing kept twice")
}

// A line without an end is bounded too, and a mark in it is found.
func TestOutputWithoutLines(t *testing.T) {
	o := newOutput("the mark")
	for range 1000 {
		_, _ = o.Write([]byte(strings.Repeat("y", 10_000)))
	}
	require.Less(t, len(o.String()), keepHead+keepTail+longestLine+100)
	require.Less(t, cap(o.line), 4*longestLine)
	o = written(strings.Repeat("z", longestLine-3), "the ma", "rk\nmore\n")
	require.Len(t, o.marks, 1)
	require.True(t, strings.HasSuffix(o.String(), "zmore\n"))
	require.NotContains(t, o.String(), "the")
}

// A race is found after any amount of output, and no output is kept for ever.
func TestOutputKeepsRaces(t *testing.T) {
	chatter := strings.Repeat("a line of the executor's log\n", 4*keepHead/29)
	long := strings.TrimSuffix(race, raceRule) + chatter + raceRule
	for name, parts := range map[string][]string{
		"alone":            {race},
		"before much":      {race, chatter},
		"after much":       {chatter, race},
		"amid much":        {chatter, race, chatter, race, chatter},
		"amid twice":       {chatter, race, race, chatter},
		"across the limit": {strings.Repeat("x", keepHead-len(raceRule)-3) + "\n", race, chatter},
		"across the tail":  {chatter, chatter, race, chatter[:keepTail-len(race)/2]},
		"in mid-line":      {"no newline: ", race},
		"amid, mid-line":   {chatter, "no newline: ", race, chatter},
		"never ends":       {chatter, long, chatter},
		"many":             {chatter, strings.Repeat(race+chatter, 20)},
	} {
		t.Run(name, func(t *testing.T) {
			o := written(parts...)
			want := min(mostRaces, strings.Count(strings.Join(parts, ""), raceBegins))
			require.Len(t, Races(o.String()), want)
			for _, r := range Races(o.String()) {
				require.True(t, strings.HasPrefix(r, "WARNING: DATA RACE\nWrite at 0x00c000012345 by goroutine 7:\n  mine.Do()"))
			}
			require.Less(t, len(o.String()), keepHead+keepTail+mostRaces*(longestExcerpt+100))
			o.forget()
			require.Empty(t, o.String())
			_, _ = o.Write([]byte(chatter))
			require.Less(t, len(o.String()), keepHead+keepTail+100, "a new job begins as the first did")
		})
	}
}

// The line that tells of a crash is found amid any amount of output, with the
// line before it that says more.
func TestOutputKeepsCrashes(t *testing.T) {
	chatter := strings.Repeat("a line of the executor's log\n", 4*keepHead/29)
	for _, tt := range []struct{ said, kind, message string }{
		{"panic: boom\n\ngoroutine 1 [running]:\n", KindPanic, "panic: boom"},
		{"runtime: program exceeds 200-thread limit\nfatal error: thread exhaustion\n", KindFatal, "fatal error: thread exhaustion (program exceeds 200-thread limit)"},
		{"SIGABRT: abort\n", KindSignal, "SIGABRT: abort"},
		{"nothing of it\n", "", ""},
	} {
		for _, text := range []string{tt.said + chatter, chatter + tt.said + chatter, chatter + tt.said, chatter + tt.said + chatter + "panic: later\n" + chatter} {
			if tt.kind == "" && strings.Contains(text, "later") {
				continue
			}
			kind, message := Complaint(written(text).String())
			require.Equal(t, tt.kind, kind)
			require.Equal(t, tt.message, message)
		}
	}
	text := written(chatter, "runtime/cgo: pthread_create failed: Resource temporarily unavailable\n", "SIGABRT: abort\n", chatter).String()
	require.Contains(t, text, "pthread_create failed")
}
