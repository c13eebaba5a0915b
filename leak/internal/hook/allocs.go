package hook

import (
	"reflect"
	"runtime"
	"testing"
)

// measure records what the process allocates until the test and its own cleanups have
// ended. It is called after leak.Check, so that its cleanup runs before the check. A
// parallel test is not measured: others run beside it.
func (h *hook) measure(t testing.TB, name string) {
	var before runtime.MemStats
	t.Cleanup(func() {
		var after runtime.MemStats
		runtime.ReadMemStats(&after)
		if !isParallel(t) {
			h.file.write(Record{Event: Measured, Test: name, Objects: after.Mallocs - before.Mallocs, Bytes: after.TotalAlloc - before.TotalAlloc})
		}
	})
	runtime.ReadMemStats(&before)
}

// isParallel reports whether a test has called Parallel. Tests that have not run alone:
// parallel ones wait until all others have ended. Where package testing does not tell,
// the answer is yes.
func isParallel(t testing.TB) bool {
	v := reflect.ValueOf(t)
	if v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct {
		return true
	}
	f := v.Elem().FieldByName("isParallel")
	return f.Kind() != reflect.Bool || f.Bool()
}
