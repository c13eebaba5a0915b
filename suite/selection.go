package suite

import (
	"fmt"
	"regexp"
	"strings"
)

// selection says which top-level tests the flags select.
type selection struct{ run, skip []*regexp.Regexp }

// newSelection reads the flags -run, -skip and -failfast.
func newSelection(o Options) (s selection, err error) {
	if value, ok := o.flag("run"); ok {
		if s.run, err = topLevel(value, func(string) bool { return true }); err != nil {
			return s, fmt.Errorf("suite: -run: %w", err)
		}
	}
	if value, ok := o.flag("skip"); ok {
		// What skips subtests skips no test.
		if s.skip, err = topLevel(value, func(rest string) bool { return rest == "" }); err != nil {
			return s, fmt.Errorf("suite: -skip: %w", err)
		}
	}
	if value, ok := o.flag("failfast"); ok && value != "false" {
		s.run = []*regexp.Regexp{} // what does not run is not missed
	}
	return s, nil
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
// what is before the first slash, where the rest is wanted.
func topLevel(pattern string, wanted func(rest string) bool) ([]*regexp.Regexp, error) {
	all := []*regexp.Regexp{}
	for _, alternative := range cutOutside(pattern, '|') {
		parts := cutOutside(alternative, '/')
		for _, part := range parts {
			if _, err := regexp.Compile(part); err != nil {
				return nil, err
			}
		}
		if wanted(strings.Join(parts[1:], "/")) {
			all = append(all, regexp.MustCompile(parts[0]))
		}
	}
	return all, nil
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
