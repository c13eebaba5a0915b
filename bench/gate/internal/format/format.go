// Package format turns what the gate read or computed into text that is safe to
// print and stable to compare.
package format

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
)

// longest is how many bytes of a text from a file are printed.
const longest = 300

// Printable is s, cut to 300 bytes, with a question mark in place of each
// character that does not print. Names in a message come from files.
func Printable(s string) string {
	if len(s) > longest {
		s = s[:longest] + "…"
	}
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, s)
}

// Percent is a change as a signed percentage: 0.251 is "+25.1 %".
func Percent(change float64) string { return fmt.Sprintf("%+.1f %%", 100*change) }

// Number is v with at most three decimals.
func Number(v float64) string { return strconv.FormatFloat(Round(v), 'f', -1, 64) }

// Round rounds to a thousandth. No figure of the gate is more exact.
func Round(v float64) float64 { return math.Round(v*1000) / 1000 }

// ParsePercent reads "12%" or "12" as 0.12.
func ParsePercent(text string) (float64, error) {
	v, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(text), "%")), 64)
	if err != nil || math.IsNaN(v) || v < 0 || v > 10_000 {
		return 0, fmt.Errorf("got %q, want a percentage, as 12%%", Printable(text))
	}
	return v / 100, nil
}
