// Package accepted is the list of the places that a project knows to leak in its
// services and accepts until a date. It is a YAML file that people write:
//
//	sites:
//	  - site: example.com/shop/cart.(*Cart).watch.func1
//	    kind: goroutines
//	    reason: "Close does not wait, see #12"
//	    until: 2027-03-31
package accepted

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/watertight-go/watertight/attach"
)

// Entry is a place that is accepted.
type Entry struct {
	// Site is the function, or a pattern of path.Match, as a finding names it.
	Site string `yaml:"site"`
	// Kind is what grows; empty means anything.
	Kind attach.Kind `yaml:"kind"`
	// Reason says why it is accepted.
	Reason string `yaml:"reason"`
	// Until is the last day, as 2027-03-31.
	Until string `yaml:"until"`

	until time.Time
}

// List is a list of accepted places.
type List struct {
	File  string
	Sites []Entry
}

// Load reads a list. The error names all mistakes.
func Load(file string) (*List, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var document struct {
		Sites []Entry `yaml:"sites"`
	}
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&document); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: %s", file, strings.TrimPrefix(err.Error(), "yaml: "))
	}
	l := &List{File: file, Sites: document.Sites}
	var errs []error
	for i := range l.Sites {
		if err := l.Sites[i].check(); err != nil {
			errs = append(errs, fmt.Errorf("%s: entry %d: %w", file, i+1, err))
		}
	}
	return l, errors.Join(errs...)
}

// check refuses an entry that accepts nothing, and reads its date.
func (e *Entry) check() error {
	var errs []error
	if _, err := path.Match(e.Site, ""); e.Site == "" || err != nil {
		errs = append(errs, fmt.Errorf("site: got %q, want a function as a report names it", e.Site))
	}
	switch e.Kind {
	case "", attach.Goroutines, attach.Heap, attach.Descriptors:
	default:
		errs = append(errs, fmt.Errorf("kind: got %q, want goroutines, heap or descriptors", e.Kind))
	}
	if strings.TrimSpace(e.Reason) == "" {
		errs = append(errs, errors.New("reason: got none, want why this is accepted"))
	}
	var err error
	if e.until, err = time.Parse(time.DateOnly, e.Until); err != nil {
		errs = append(errs, fmt.Errorf("until: got %q, want a date as 2027-03-31", e.Until))
	}
	return errors.Join(errs...)
}

// Apply gives the findings of a result that the list names the verdict known, or expired
// after their date. Entries that no finding was found for are hints.
func (l *List) Apply(r attach.Result, today time.Time) attach.Result {
	used := map[int]bool{}
	findings := make([]attach.Finding, 0, len(r.Findings))
	for _, f := range r.Findings {
		if i := l.find(f); i >= 0 {
			used[i] = true
			f = l.Sites[i].accept(f, today)
		}
		findings = append(findings, f)
	}
	r.Findings = findings
	for i, e := range l.Sites {
		if !used[i] && r.Partial == "" {
			r.Hints = append(r.Hints, fmt.Sprintf("%s names %s, which does not rise: take it out if it is fixed", l.File, e.Site))
		}
	}
	r.Rank()
	return r
}

func (l *List) find(f attach.Finding) int {
	for i, e := range l.Sites {
		match, _ := path.Match(e.Site, f.Function)
		if (match || e.Site == f.Function) && (e.Kind == "" || e.Kind == f.Kind) {
			return i
		}
	}
	return -1
}

func (e Entry) accept(f attach.Finding, today time.Time) attach.Finding {
	if today.Format(time.DateOnly) > e.until.Format(time.DateOnly) {
		if f.Verdict != attach.Unknown {
			f.Verdict = attach.Expired
		}
		f.Accepted = fmt.Sprintf("was accepted until %s: %s", e.Until, e.Reason)
		return f
	}
	f.Verdict, f.Accepted = attach.Known, fmt.Sprintf("accepted until %s: %s", e.Until, e.Reason)
	return f
}
