package inspect

import (
	"fmt"
	"strings"

	"github.com/watertight-go/watertight/leak/internal/stack"
)

// Allow describes goroutines that may stay, as package leak documents it.
type Allow struct {
	Func, Top     string
	CreatedBy, At string
	Label, Value  string
	Reason        string
}

// matches reports whether a allows the goroutine.
func (a Allow) matches(h stack.Header, t stack.Trace) bool {
	if a.Top != "" && (len(t.Frames) == 0 || !nameMatches(a.Top, t.Frames[0].Func)) {
		return false
	}
	if (a.CreatedBy != "" || a.At != "") && !a.matchesOrigin(t) {
		return false
	}
	if a.Func != "" && !anyFrame(t, a.Func) {
		return false
	}
	return a.Label == "" || hasLabel(h, a.Label, a.Value)
}

// matchesOrigin compares with the go statement and, where a library has it, with the
// user's function that the library runs.
func (a Allow) matchesOrigin(t stack.Trace) bool {
	created, runs := t.Created, t.Created
	if f, ok := Runs(t); ok {
		runs = f
	}
	by := a.CreatedBy == "" || nameMatches(a.CreatedBy, created.Func) || nameMatches(a.CreatedBy, runs.Func)
	at := a.At == "" || placeMatches(a.At, created.File, created.Line) || placeMatches(a.At, runs.File, runs.Line)
	return by && at
}

// placeMatches reports whether a file and line are at the wanted place.
func placeMatches(want, file string, line int) bool {
	got := file
	if i := strings.LastIndexByte(want, ':'); i >= 0 && strings.Trim(want[i+1:], "0123456789") == "" {
		got = fmt.Sprintf("%s:%d", file, line)
	}
	rest, ok := strings.CutSuffix(got, want)
	return ok && (rest == "" || strings.HasSuffix(rest, "/") || strings.HasPrefix(want, "/"))
}

// nameMatches reports whether a function name is the wanted one.
func nameMatches(want, got string) bool {
	if prefix, ok := strings.CutSuffix(want, "*"); ok {
		return strings.HasPrefix(got, prefix)
	}
	return want == got
}

func anyFrame(t stack.Trace, name string) bool {
	for _, f := range t.Frames {
		if nameMatches(name, f.Func) {
			return true
		}
	}
	return false
}

// hasLabel reports whether the goroutine has the label; an empty value matches any.
func hasLabel(h stack.Header, key, value string) bool {
	for _, l := range h.Labels {
		if l.Key == key && (value == "" || l.Value == value) {
			return true
		}
	}
	return false
}

// hasLabels reports whether the goroutine has all of the labels.
func hasLabels(h stack.Header, want map[string]string) bool {
	for k, v := range want {
		found := false
		for _, l := range h.Labels {
			found = found || l.Key == k && l.Value == v
		}
		if !found {
			return false
		}
	}
	return true
}
