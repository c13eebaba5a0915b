// Package require has the assertions of this module's tests, as functions of package
// testing alone: the module requires no other. A failed assertion ends the test.
package require

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// T is what an assertion needs of a test.
type T interface {
	Helper()
	Fatalf(format string, args ...any)
}

var _ T = testing.TB(nil)

// fail ends the test. The note is a format with its arguments, or empty.
func fail(t T, note []any, format string, args ...any) {
	t.Helper()
	text := fmt.Sprintf(format, args...)
	if len(note) > 0 {
		text = fmt.Sprintf(fmt.Sprint(note[0]), note[1:]...) + ": " + text
	}
	t.Fatalf("%s", text)
}

// Equal fails unless got is want.
func Equal(t T, want, got any, note ...any) {
	t.Helper()
	if !reflect.DeepEqual(want, got) {
		fail(t, note, "got %#v, want %#v", got, want)
	}
}

// NotEqual fails if got is the other.
func NotEqual(t T, other, got any, note ...any) {
	t.Helper()
	if reflect.DeepEqual(other, got) {
		fail(t, note, "got %#v, want another", got)
	}
}

// True fails unless ok is true.
func True(t T, ok bool, note ...any) {
	t.Helper()
	if !ok {
		fail(t, note, "got false, want true")
	}
}

// False fails unless ok is false.
func False(t T, ok bool, note ...any) {
	t.Helper()
	if ok {
		fail(t, note, "got true, want false")
	}
}

// Nil fails unless the value is nil.
func Nil(t T, v any, note ...any) {
	t.Helper()
	if !isNil(v) {
		fail(t, note, "got %#v, want nil", v)
	}
}

// NotNil fails if the value is nil.
func NotNil(t T, v any, note ...any) {
	t.Helper()
	if isNil(v) {
		fail(t, note, "got nil, want a value")
	}
}

func isNil(v any) bool {
	r := reflect.ValueOf(v)
	switch r.Kind() {
	case reflect.Invalid:
		return true
	case reflect.Chan, reflect.Func, reflect.Interface, reflect.Map, reflect.Pointer, reflect.Slice:
		return r.IsNil()
	}
	return false
}

// Zero fails unless the value is its type's zero.
func Zero(t T, v any, note ...any) {
	t.Helper()
	if v != nil && !reflect.ValueOf(v).IsZero() {
		fail(t, note, "got %#v, want zero", v)
	}
}

// NotZero fails if the value is its type's zero.
func NotZero(t T, v any, note ...any) {
	t.Helper()
	if v == nil || reflect.ValueOf(v).IsZero() {
		fail(t, note, "got %#v, want another than zero", v)
	}
}

// Len fails unless the value has n elements.
func Len(t T, v any, n int, note ...any) {
	t.Helper()
	if got := reflect.ValueOf(v).Len(); got != n {
		fail(t, note, "got %d elements, want %d, in %v", got, n, v)
	}
}

// Empty fails unless the value is nil, or has no elements.
func Empty(t T, v any, note ...any) {
	t.Helper()
	if v != nil && reflect.ValueOf(v).Len() != 0 {
		fail(t, note, "got %v, want nothing in it", v)
	}
}

// NotEmpty fails if the value has no elements.
func NotEmpty(t T, v any, note ...any) {
	t.Helper()
	if v == nil || reflect.ValueOf(v).Len() == 0 {
		fail(t, note, "got %#v, want something in it", v)
	}
}

// Contains fails unless the text has the part.
func Contains(t T, text, part string, note ...any) {
	t.Helper()
	if !strings.Contains(text, part) {
		fail(t, note, "got %q, want %q in it", text, part)
	}
}

// NotContains fails if the text has the part.
func NotContains(t T, text, part string, note ...any) {
	t.Helper()
	if strings.Contains(text, part) {
		fail(t, note, "got %q, want no %q in it", text, part)
	}
}

// Regexp fails unless the expression matches the text.
func Regexp(t T, expression, text string, note ...any) {
	t.Helper()
	if !regexp.MustCompile(expression).MatchString(text) {
		fail(t, note, "got %q, want a match of %q", text, expression)
	}
}

// NoError fails if there is an error.
func NoError(t T, err error, note ...any) {
	t.Helper()
	if err != nil {
		fail(t, note, "got error: %v", err)
	}
}

// Error fails unless there is an error.
func Error(t T, err error, note ...any) {
	t.Helper()
	if err == nil {
		fail(t, note, "got no error, want one")
	}
}

// ErrorIs fails unless errors.Is.
func ErrorIs(t T, err, target error, note ...any) {
	t.Helper()
	if !errors.Is(err, target) {
		fail(t, note, "got error %v, want %v in its chain", err, target)
	}
}

// ErrorContains fails unless there is an error with the part in its text.
func ErrorContains(t T, err error, part string, note ...any) {
	t.Helper()
	Error(t, err, note...)
	Contains(t, err.Error(), part, note...)
}

// NoDirExists fails if there is a directory of that name.
func NoDirExists(t T, dir string, note ...any) {
	t.Helper()
	if info, err := os.Stat(dir); err == nil && info.IsDir() {
		fail(t, note, "got directory %s, want none", dir)
	}
}

// Panics fails unless f panics.
func Panics(t T, f func(), note ...any) {
	t.Helper()
	defer func() {
		t.Helper()
		if recover() == nil {
			fail(t, note, "got no panic, want one")
		}
	}()
	f()
}
