package plaintext

import (
	"strings"
	"unicode/utf8"

	"github.com/jedib0t/go-pretty/v6/text"
)

// A report has the same widths wherever it is rendered. By default the library
// counts lines and arrows as two columns in an East Asian locale.
func init() { text.OverrideRuneWidthEastAsianWidth(false) }

// Width is how many columns s takes at a terminal.
func Width(s string) int { return text.StringWidthWithoutEscSequences(s) }

// Shorten cuts the middle out of s if it takes more than most columns. The end
// stays, since names that begin alike often differ there. s must be clean.
func Shorten(s string, most int) string {
	// Combining marks take no column, so columns alone do not limit the length.
	if Width(s) <= most && utf8.RuneCountInString(s) <= 2*most {
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

// Wrap breaks s into lines of at most most columns, between words where that is
// possible. s must be clean. most must be at least 2, the width of the widest
// rune.
func Wrap(s string, most int) []string {
	var lines []string
	line, used := "", 0
	for _, word := range strings.Fields(s) {
		n := Width(word)
		if used > 0 && used+1+n <= most {
			line, used = line+" "+word, used+1+n
			continue
		}
		if used > 0 {
			lines = append(lines, line)
		}
		if n > most {
			parts := Split(word, most)
			last := len(parts) - 1
			lines, word = append(lines, parts[:last]...), parts[last]
			n = Width(word)
		}
		line, used = word, n
	}
	if line != "" || len(lines) == 0 {
		lines = append(lines, line)
	}
	return lines
}

// Split cuts s into pieces of at most most columns, also within words.
func Split(s string, most int) []string {
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

// The columns that a stored string may take.
const (
	// nameColumns is for a name within a sentence.
	nameColumns = 40
	// MostName is for a name that stands by itself.
	MostName = 60
	// MostCell is for the cell of a table.
	MostCell = 400
	// MostSentence is for what a sentence quotes.
	MostSentence = 600
	// MostParagraph is for a paragraph.
	MostParagraph = 4000
)

// Limit is s, made safe and shortened to at most most columns.
func Limit(s string, most int) string { return Shorten(Clean(s), most) }

// Name is a stored name within a sentence.
func Name(name string) string { return Shorten(Clean(name), nameColumns) }

// Names is Name for each of names.
func Names(names []string) []string {
	all := make([]string, len(names))
	for i, n := range names {
		all[i] = Name(n)
	}
	return all
}
