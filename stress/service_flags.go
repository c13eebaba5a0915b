package stress

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/watertight-go/watertight/service"
	"github.com/watertight-go/watertight/service/load"
)

// clients are those that are named, with their parts of the requests.
func (a *serviceArgs) clients() (all []load.Client, err error) {
	var errs []error
	if a.Patience <= 0 {
		return nil, fmt.Errorf("-patience: got %s, want more than 0", a.Patience)
	}
	known := map[string]load.Client{}
	var names []string
	for _, c := range service.Clients(a.Patience) {
		known[c.Name], names = c, append(names, c.Name)
	}
	for part := range strings.SplitSeq(a.Clients, ",") {
		name, weight, given := strings.Cut(strings.TrimSpace(part), ":")
		c, ok := known[name]
		if !ok {
			errs = append(errs, oneOf("-clients", "client", name, names...))
			continue
		}
		if given {
			c.Weight, err = strconv.Atoi(weight)
			if err != nil || c.Weight <= 0 {
				errs = append(errs, fmt.Errorf("-clients: got the part %q of %s, want a number above 0", weight, name))
			}
		}
		all = append(all, c)
	}
	return all, errors.Join(errs...)
}

// fields splits a command line at blanks, as a shell does: quotation marks keep blanks,
// and a backslash keeps the next character. Nothing else has a meaning.
func fields(line string) (all []string, err error) {
	var word strings.Builder
	quote, started, escaped := rune(0), false, false
	for _, c := range line {
		switch {
		case escaped:
			word.WriteRune(c)
			escaped = false
		case c == '\\' && quote != '\'':
			escaped, started = true, true
		case c == quote && quote != 0:
			quote = 0
		case quote == 0 && (c == '\'' || c == '"'):
			quote, started = c, true
		case quote == 0 && unicode.IsSpace(c):
			if started {
				all = append(all, word.String())
			}
			word.Reset()
			started = false
		default:
			word.WriteRune(c)
			started = true
		}
	}
	if quote != 0 || escaped {
		return nil, fmt.Errorf("got %q, want its quotation marks closed", line)
	}
	if started {
		all = append(all, word.String())
	}
	return all, nil
}
