package format

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNumber(t *testing.T) {
	for v, want := range map[float64]string{12: "12", 12.5: "12.5", 3003.25: "3003.25", 3008.0006: "3008.001", 0.0004: "0"} {
		require.Equal(t, want, Number(v))
	}
}

func TestPrintable(t *testing.T) {
	require.Equal(t, "a?[31mb", Printable("a\x1b[31mb"))
	require.Equal(t, strings.Repeat("x", 300)+"…", Printable(strings.Repeat("x", 301)))
}

func TestPercent(t *testing.T) {
	require.Equal(t, "+25.1 %", Percent(0.251))
	require.Equal(t, "-3.0 %", Percent(-0.03))
}

func TestParsePercent(t *testing.T) {
	for text, want := range map[string]float64{"12%": .12, " 12 % ": .12, "0": 0, "150%": 1.5} {
		got, err := ParsePercent(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "lots", "-1%", "NaN", "1e9", "%"} {
		_, err := ParsePercent(text)
		require.ErrorContains(t, err, "want a percentage", text)
	}
}
