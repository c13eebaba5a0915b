package screen

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/internal/hostile"
	"github.com/watertight-go/watertight/internal/plaintext"
)

func TestScreen(t *testing.T) {
	s := New(Terminal{})
	s.Toned("fixed", ToneOf(0))
	s.Table([][]string{{"MEASURE", "BEFORE", "VERDICT"}, {"goroutines", "15.0", "fixed"}, {"heap", "0", "same"}})
	s.Lines([]string{"a hint"})
	s.Quoted("    ", []string{"panic: x", ""})
	require.Equal(t, "fixed\n\nMEASURE     BEFORE  VERDICT\ngoroutines  15.0    fixed\nheap        0       same\n\na hint\n    panic: x\n\n", s.String())
}

func TestColor(t *testing.T) {
	for code, want := range map[int]string{0: "32", 1: "31", 2: "33"} {
		s := New(Terminal{Color: true})
		s.Toned("x", ToneOf(code))
		require.Equal(t, "\x1b[1;"+want+"mx\x1b[0m\n", s.String())
	}
}

// The widest columns are shortened first, and no column below what can be read.
func TestFit(t *testing.T) {
	for _, c := range []struct {
		widths, want []int
		most         int
	}{
		{[]int{10, 20}, []int{10, 20}, 30},
		{[]int{10, 50}, []int{10, 20}, 30},
		{[]int{40, 50}, []int{15, 15}, 30},
		{[]int{5, 90}, []int{5, 12}, 10},
	} {
		fit(c.widths, c.most)
		require.Equal(t, c.want, c.widths)
	}
}

func TestLinesFit(t *testing.T) {
	for _, text := range hostile.Strings {
		text = plaintext.Clean(text)
		for _, width := range []int{1, 60, 80, 100} {
			s := New(Terminal{Width: width})
			s.Line("    ", text)
			s.Toned(text, Bad)
			s.Quoted("  ", []string{text})
			s.Table([][]string{{"A", "B", "C"}, {text, "1", text}})
			for line := range strings.Lines(s.String()) {
				require.LessOrEqual(t, plaintext.Width(strings.TrimSuffix(line, "\n")), max(width, 60))
			}
		}
	}
}
