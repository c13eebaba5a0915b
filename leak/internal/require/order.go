package require

import (
	"cmp"
	"time"
)

// Greater fails unless got > bound.
func Greater[N cmp.Ordered](t T, got, bound N, note ...any) {
	t.Helper()
	if got <= bound {
		fail(t, note, "got %v, want more than %v", got, bound)
	}
}

// GreaterOrEqual fails unless got >= bound.
func GreaterOrEqual[N cmp.Ordered](t T, got, bound N, note ...any) {
	t.Helper()
	if got < bound {
		fail(t, note, "got %v, want at least %v", got, bound)
	}
}

// Less fails unless got < bound.
func Less[N cmp.Ordered](t T, got, bound N, note ...any) {
	t.Helper()
	if got >= bound {
		fail(t, note, "got %v, want less than %v", got, bound)
	}
}

// LessOrEqual fails unless got <= bound.
func LessOrEqual[N cmp.Ordered](t T, got, bound N, note ...any) {
	t.Helper()
	if got > bound {
		fail(t, note, "got %v, want at most %v", got, bound)
	}
}

// InDelta fails unless got is within delta of want.
func InDelta[N ~int | ~int64 | ~float64](t T, want, got, delta N, note ...any) {
	t.Helper()
	if got < want-delta || got > want+delta {
		fail(t, note, "got %v, want %v to within %v", got, want, delta)
	}
}

// Positive fails unless got is above zero.
func Positive[N ~int | ~int64 | ~float64](t T, got N, note ...any) {
	t.Helper()
	if got <= 0 {
		fail(t, note, "got %v, want more than zero", got)
	}
}

// Eventually fails unless ok returns true within the time. It is asked again after
// each pause.
func Eventually(t T, ok func() bool, within, pause time.Duration, note ...any) {
	t.Helper()
	for end := time.Now().Add(within); !ok(); time.Sleep(pause) {
		if time.Now().After(end) {
			fail(t, note, "got false for %v, want true", within)
		}
	}
}
