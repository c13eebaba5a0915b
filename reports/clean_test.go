package reports

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"plain, with ✗ and 世":    "plain, with ✗ and 世",
		"\x1b[31mred":            `\x1b[31mred`,
		"a\nb\tc\r\nd\re":        "a b c d e",
		"\x00\x07\x7f\u009b":     `\x00\x07\x7f\x9b`,
		"\u202e\u2066\u200f":     `\u202e\u2066\u200f`,
		"\U000e0041":             `\U000e0041`,
		"bad \xff, kept \ufffd.": `bad \xff, kept ` + "\ufffd.",
	} {
		got := clean(in)
		require.Equal(t, want, got)
		require.Equal(t, got, clean(got), "cleaning twice changes nothing")
	}
}

func TestShorten(t *testing.T) {
	require.Equal(t, "accumulation", shorten("accumulation", 12))
	require.Equal(t, "accumul…ion", shorten("accumulation", 11))
	require.Equal(t, "…", shorten("accumulation", 1))
	for _, s := range evil {
		s = clean(s)
		for most := 1; most < 120; most++ {
			got := shorten(s, most)
			require.LessOrEqual(t, width(got), most, "%q", got)
			require.LessOrEqual(t, len([]rune(got)), 2*most+1)
		}
	}
}

func TestWrap(t *testing.T) {
	require.Equal(t, []string{"the quick", "brown fox"}, wrap("the quick brown fox", 10))
	require.Equal(t, []string{"a", "longer", "th"}, wrap("a longerth", 6)[:3])
	require.Equal(t, []string{""}, wrap("  ", 6))
	require.Equal(t, []string{"世界", "世"}, wrap("世界世", 5))
	for _, s := range evil {
		s = clean(s)
		for most := 2; most < 50; most++ {
			lines := wrap(s, most)
			for _, l := range lines {
				require.LessOrEqual(t, width(l), most)
			}
			require.Equal(t, strings.Join(strings.Fields(s), ""), strings.ReplaceAll(strings.Join(lines, ""), " ", ""), "nothing is lost")
		}
	}
}

func TestFormats(t *testing.T) {
	require.Equal(t, "7 us", duration(7*time.Microsecond))
	require.Equal(t, "102 ms", duration(102*time.Millisecond))
	require.Equal(t, "7.72 s", duration(7720*time.Millisecond))
	require.Equal(t, "1.5 min", duration(90*time.Second))
	require.Equal(t, "12.0 h", duration(12*time.Hour))
	require.Equal(t, "3.8 MiB", size(3.8*(1<<20)))
	require.Equal(t, "executor/waitgroup.go:31", place("/home/x/executor/waitgroup.go", 31))
	require.Equal(t, "executor/waitgroup.go:31", place(`C:\x\executor\waitgroup.go`, 31))
	require.Equal(t, "waitgroup.go:31", place("waitgroup.go", 31))
	require.Equal(t, "ExecuteParallel.func1", function("example.com/v2/executor.(*waitGroup).ExecuteParallel.func1"))
	require.Equal(t, "Go", function("golang.org/x/sync/errgroup.(*Group).Go"))
	require.Equal(t, "Map", function("example.com/x.Map[example.com/y.T]"))
	require.Equal(t, "16.6 h", estimate(Interval{16.6, 16.6, 16.6, .95, 3}, hourUnit))
	require.Equal(t, "16.6 h ±0.2", estimate(Interval{16.6, 16.4, 16.75, .95, 3}, hourUnit))
	require.Equal(t, "16.6 h (16.4 to 18)", estimate(Interval{16.6, 16.4, 18, .95, 3}, hourUnit))
	require.Equal(t, "3.96 days (3.75 to never)", estimate(Interval{95, 90, -1, .95, 3}, hourUnit))
	require.Equal(t, "-1 KiB (-2 to 0)", estimate(Interval{-1024, -2048, 0, .95, 3}, byteUnit))
	require.Equal(t, "not measured", estimate(Interval{}, hourUnit))
}

func TestShell(t *testing.T) {
	require.Equal(t, "reports/latest/report.json", shell("reports/latest/report.json"))
	require.Equal(t, `'my report.json'`, shell("my report.json"))
	require.Equal(t, `'it'\''s;rm'`, shell("it's;rm"))
	require.Equal(t, `'-x'`, shell("-x"))
	require.Equal(t, `''`, shell(""))
}
