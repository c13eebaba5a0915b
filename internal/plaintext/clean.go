// Package plaintext makes stored strings safe to show, and fits text into
// columns.
package plaintext

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean makes a stored string safe to show on one line. Line breaks and tabs
// become spaces. Characters that do not print are spelled out, as \x1b or
// \u202e: escape sequences, NUL, marks that change the direction of writing,
// invalid UTF-8.
func Clean(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r == utf8.RuneError || !unicode.IsPrint(r) }) {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == '\n' || r == '\t' || r == '\r' && !strings.HasPrefix(s[i+1:], "\n"):
			b.WriteByte(' ')
		case r == '\r': // the line break follows
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\ufffd"):
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
	}
	return b.String()
}
