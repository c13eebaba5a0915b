package suite

import (
	"regexp"
	"strings"
)

// selection says which top-level tests the flags select.
type selection struct{ run, skip []*regexp.Regexp }

// newSelection reads the flags -run and -skip.
func newSelection(flags []string) (s selection) {
	for _, f := range flags {
		name, value, _ := strings.Cut(strings.TrimLeft(f, "-"), "=")
		switch name {
		case "run":
			s.run = topLevel(value, func(rest string) bool { return true })
		case "skip":
			// What skips subtests skips no test.
			s.skip = topLevel(value, func(rest string) bool { return rest == "" })
		case "failfast":
			s.run = append(s.run[:0:0], regexp.MustCompile(`$^x`)) // nothing is missed
			return s
		}
	}
	return s
}

func (s selection) runs(test string) bool {
	return (s.run == nil || matches(s.run, test)) && !matches(s.skip, test)
}

func matches(all []*regexp.Regexp, name string) bool {
	for _, r := range all {
		if r.MatchString(name) {
			return true
		}
	}
	return false
}

// topLevel are the parts of a pattern that are about top-level tests: of each alternative
// what is before the first slash, where the rest is wanted. An expression that package
// testing will refuse is left out.
func topLevel(pattern string, wanted func(rest string) bool) []*regexp.Regexp {
	all := []*regexp.Regexp{}
	for _, alternative := range cutOutside(pattern, '|') {
		parts := cutOutside(alternative, '/')
		r, err := regexp.Compile(parts[0])
		if err == nil && wanted(strings.Join(parts[1:], "/")) {
			all = append(all, r)
		}
	}
	return all
}

// cutOutside cuts a pattern at a character, but not within brackets.
func cutOutside(pattern string, at byte) (parts []string) {
	square, round, from := 0, 0, 0
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == '\\':
			i++
		case c == '[':
			square++
		case c == ']' && square > 0:
			square--
		case c == '(' && square == 0:
			round++
		case c == ')' && square == 0:
			round--
		case c == at && square == 0 && round == 0:
			parts = append(parts, pattern[from:i])
			from = i + 1
		}
	}
	return append(parts, pattern[from:])
}
