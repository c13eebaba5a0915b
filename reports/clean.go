package reports

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/jedib0t/go-pretty/v6/text"
)

// The widths of a report are the same wherever it is rendered; by default the
// library counts box lines and arrows twice in an East Asian locale.
func init() { text.OverrideRuneWidthEastAsianWidth(false) }

// clean makes a stored string harmless: line breaks and tabs become a space,
// and what does not print (escape sequences, NUL, marks that turn the direction
// of writing, broken UTF-8) is spelled out, as in \x1b or \u202e.
func clean(s string) string {
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

// width is how many columns s takes on a terminal.
func width(s string) int { return text.StringWidthWithoutEscSequences(s) }

// shorten cuts the middle out of s where it takes more than most columns: names
// that begin alike often end differently. s is clean.
func shorten(s string, most int) string {
	// Marks without a width of their own could pile up without end.
	if width(s) <= most && utf8.RuneCountInString(s) <= 2*most {
		return s
	}
	if most <= 1 {
		return "…"
	}
	runes := []rune(s)
	tail := (most - 1) / 3
	end := len(runes)
	for columns, n := 0, 0; end > 0 && n < most; n++ {
		columns += text.RuneWidth(runes[end-1])
		if columns > tail {
			break
		}
		end--
	}
	begin := 0
	for columns, n := 0, 0; begin < end && n < most; n++ {
		columns += text.RuneWidth(runes[begin])
		if columns > most-1-tail {
			break
		}
		begin++
	}
	return string(runes[:begin]) + "…" + string(runes[end:])
}

// wrap breaks s into lines of at most most columns, between words where that is
// possible. s is clean; most is at least 2, the width of the widest rune.
func wrap(s string, most int) []string {
	var lines []string
	line, used := "", 0
	for _, word := range strings.Fields(s) {
		n := width(word)
		if used > 0 && used+1+n <= most {
			line, used = line+" "+word, used+1+n
			continue
		}
		if used > 0 {
			lines = append(lines, line)
		}
		if n > most {
			parts := breakOff(word, most)
			last := len(parts) - 1
			lines, word = append(lines, parts[:last]...), parts[last]
			n = width(word)
		}
		line, used = word, n
	}
	if line != "" || len(lines) == 0 {
		lines = append(lines, line)
	}
	return lines
}

// breakOff cuts s into pieces of at most most columns, wherever that may be.
func breakOff(s string, most int) []string {
	var parts []string
	start, columns := 0, 0
	for i, r := range s {
		n := text.RuneWidth(r)
		if columns+n > most && i > start {
			parts = append(parts, s[start:i])
			start, columns = i, 0
		}
		columns += n
	}
	return append(parts, s[start:])
}

// nameColumns is how much of a name is shown within a sentence.
const nameColumns = 40

// short is a name within a sentence.
func short(name string) string { return shorten(clean(name), nameColumns) }

// shortAll is short for each of names.
func shortAll(names []string) []string {
	all := make([]string, len(names))
	for i, n := range names {
		all[i] = short(n)
	}
	return all
}
