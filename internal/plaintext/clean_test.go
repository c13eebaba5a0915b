package plaintext_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/internal/hostile"
	"github.com/watertight-go/watertight/internal/plaintext"
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
		got := plaintext.Clean(in)
		require.Equal(t, want, got)
		require.Equal(t, got, plaintext.Clean(got), "cleaning twice changes nothing")
	}
}

func TestShorten(t *testing.T) {
	require.Equal(t, "accumulation", plaintext.Shorten("accumulation", 12))
	require.Equal(t, "accumul…ion", plaintext.Shorten("accumulation", 11))
	require.Equal(t, "…", plaintext.Shorten("accumulation", 1))
	for _, s := range hostile.Strings {
		s = plaintext.Clean(s)
		for most := 1; most < 120; most++ {
			got := plaintext.Shorten(s, most)
			require.LessOrEqual(t, plaintext.Width(got), most, "%q", got)
			require.LessOrEqual(t, len([]rune(got)), 2*most+1)
		}
	}
}

func TestWrap(t *testing.T) {
	require.Equal(t, []string{"the quick", "brown fox"}, plaintext.Wrap("the quick brown fox", 10))
	require.Equal(t, []string{"a", "longer", "th"}, plaintext.Wrap("a longerth", 6)[:3])
	require.Equal(t, []string{""}, plaintext.Wrap("  ", 6))
	require.Equal(t, []string{"世界", "世"}, plaintext.Wrap("世界世", 5))
	for _, s := range hostile.Strings {
		s = plaintext.Clean(s)
		for most := 2; most < 50; most++ {
			lines := plaintext.Wrap(s, most)
			for _, l := range lines {
				require.LessOrEqual(t, plaintext.Width(l), most)
			}
			require.Equal(t, strings.Join(strings.Fields(s), ""), strings.ReplaceAll(strings.Join(lines, ""), " ", ""), "nothing is lost")
		}
	}
}
