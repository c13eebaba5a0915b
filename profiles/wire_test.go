package profiles

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCountRecords(t *testing.T) {
	for _, c := range []struct {
		raw   string
		n     int
		whole bool
	}{
		{"", 0, true},
		{"\x08\x01", 1, true},
		{"\x09" + strings.Repeat("x", 8) + "\x0d" + strings.Repeat("x", 4) + "\x0a\x02xx", 3, true},
		{"\x12\x04\x08\x01\x08\x01", 3, true},               // a sample of two fields
		{"\x22\x02\x22\x00\x22\x02\x22\x00", 4, true},       // two locations of a line each
		{"\x2a\x04\x08\x01\x08\x01", 1, true},               // a function: its fields are bounded
		{"\x12\x03\x08\x01\x08", 2, true},                   // a broken sample, as far as it goes
		{strings.Repeat("\x08\x01", 10), 10, true},          // at the limit
		{strings.Repeat("\x08\x01", 20), 11, true},          // above it
		{strings.Repeat("\x08\x01", 20) + "\xff", 11, true}, // not read
		{"\x0a\x05xx", 0, false},
		{"\x09xxx", 0, false},
		{"\x0b", 0, false},
		{"\x08", 0, false},
		{"\x08\x01\x80", 1, false},
		{"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 0, false},
	} {
		n, whole := countRecords([]byte(c.raw), 10)
		require.Equal(t, c.n, n, "%q", c.raw)
		require.Equal(t, c.whole, whole, "%q", c.raw)
	}
}
