package known

import (
	"path"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/watertight-go/watertight/suite"
)

// keys are those of an entry, in the order in which they are written.
var keys = []string{"package", "tests", "entry", "createdBy", "runs", "program", "grows", "at", "os", "arch", "tags", "reason", "until"}

// entry reads one entry and checks it.
func (r *reader) entry(n *yaml.Node) Entry {
	e := Entry{Line: n.Line, node: n}
	texts := map[string]*string{
		"package": &e.Package, "entry": &e.Entry, "createdBy": &e.CreatedBy, "runs": &e.Runs, "program": &e.Program,
		"grows": &e.Grows, "at": &e.At, "os": &e.OS, "arch": &e.Arch, "reason": &e.Reason,
	}
	before := len(r.errs)
	r.each(n, keys, func(key string, value *yaml.Node) {
		switch key {
		case "tests":
			e.Tests = r.texts(key, value)
		case "tags":
			e.Tags = r.texts(key, value)
		case "until":
			e.Until = r.date(value)
		default:
			*texts[key] = r.text(key, value)
		}
	})
	if len(r.errs) == before {
		r.check(n, &e)
	}
	return e
}

// check refuses an entry that cannot stand for a leak.
func (r *reader) check(n *yaml.Node, e *Entry) {
	places := 0
	for _, p := range []string{e.Entry + e.CreatedBy + e.Runs, e.Program, e.Grows} {
		if p != "" {
			places++
		}
	}
	switch {
	case e.Package == "":
		r.wrong(n, "package: got none, want the import path of the package whose tests leak")
	case places == 0:
		r.wrong(n, "entry: got none, want the functions entry and createdBy of the goroutine, the program of a child process, or what grows")
	case places > 1:
		r.wrong(n, "got more than one of functions, program and grows, want one of them")
	case e.Grows != "" && !slices.Contains(suite.Grows, e.Grows):
		r.wrong(n, "grows: got %q, want one of %s", e.Grows, strings.Join(suite.Grows, ", "))
	case e.Until.IsZero():
		r.wrong(n, "until: got none, want the last day on which the leak is accepted, such as 2027-03-31")
	}
	for _, t := range e.Tests {
		if _, err := path.Match(t, ""); err != nil {
			r.wrong(n, "tests: got %q, want a name or a pattern with *", t)
		}
	}
}

// text reads one text.
func (r *reader) text(key string, n *yaml.Node) string {
	if n.Kind != yaml.ScalarNode {
		r.wrong(n, "%s: got a list or keys, want one text", key)
		return ""
	}
	if n.Tag == "!!null" {
		return ""
	}
	return strings.TrimSpace(n.Value)
}

// texts reads a list of texts, or one.
func (r *reader) texts(key string, n *yaml.Node) (all []string) {
	if n.Kind != yaml.SequenceNode {
		if one := r.text(key, n); one != "" {
			return []string{one}
		}
		return nil
	}
	for _, item := range n.Content {
		if one := r.text(key, resolved(item)); one != "" {
			all = append(all, one)
		}
	}
	return all
}

// date reads a day.
func (r *reader) date(n *yaml.Node) time.Time {
	day, err := time.Parse(time.DateOnly, r.text("until", n))
	if err != nil {
		r.wrong(n, "until: got %q, want a day such as 2027-03-31", n.Value)
	}
	return day
}

// checkDuplicates refuses two entries for one leak.
func (r *reader) checkDuplicates(all []Entry) {
	first := map[string]int{}
	for i := range all {
		e := &all[i]
		for _, test := range orAny(e.Tests) {
			id := strings.Join([]string{e.Package, test, e.Entry, e.CreatedBy, e.Runs, e.Program, e.Grows, e.OS, e.Arch, strings.Join(e.Tags, ",")}, "\x00")
			if line := first[id]; line != 0 {
				r.wrong(e.node, "%s is in the list twice, first in line %d: take one out", subject(e.Package, test), line)
				continue
			}
			first[id] = e.Line
		}
	}
}

// anyTest stands for all tests of a package where text is shown.
const anyTest = "any test"

func orAny(tests []string) []string {
	if len(tests) == 0 {
		return []string{anyTest}
	}
	return tests
}

func subject(pkg, test string) string { return "the leak of " + test + " in " + pkg }
