package inspect

import (
	"slices"
	"strings"

	"github.com/watertight-go/watertight/leak/internal/stack"
)

// Entry is the function that the go statement called; empty where it is not known.
func Entry(t stack.Trace) string {
	if n := len(t.Frames); n > 0 {
		return t.Frames[n-1].Func
	}
	return ""
}

// TopOfInterest is the innermost function that is not in the standard library. Where
// all are, it is the innermost that does more than wait.
func TopOfInterest(t stack.Trace) string {
	for _, f := range t.Frames {
		if !InStandardLibrary(f.Func) {
			return f.Func
		}
	}
	for _, f := range t.Frames {
		if !hasAnyPrefix(f.Func, waitingPackages) {
			return f.Func
		}
	}
	if len(t.Frames) > 0 {
		return t.Frames[0].Func
	}
	return ""
}

// waitingPackages are those in which goroutines stand while they wait.
var waitingPackages = []string{
	"runtime.", "runtime/", "internal/", "sync.", "syscall.", "time.", "net.", "bufio.", "io.", "os.", "crypto/", "context.",
}

// Runs is the user's function that a library was given to run in the goroutine: the
// outermost one outside of the library and of the standard library. It is not found
// where the go statement is not in a library.
func Runs(t stack.Trace) (f stack.Frame, found bool) {
	library := importPath(t.Created.Func)
	if !InLibrary(t.Created.Func, t.Created.File) || importPath(Entry(t)) != library {
		return stack.Frame{}, false
	}
	for _, f := range slices.Backward(t.Frames) {
		if !InStandardLibrary(f.Func) && importPath(f.Func) != library {
			return f, true
		}
	}
	return stack.Frame{}, false
}

// inModuleCache reports whether a source file is a dependency's: in the module cache,
// vendored, or with the version that -trimpath leaves.
// InLibrary reports whether a function is of the standard library, or its file in the
// module cache or in a vendor directory.
func InLibrary(function, file string) bool {
	return InStandardLibrary(function) || inModuleCache(file)
}

func inModuleCache(file string) bool {
	return strings.Contains(file, "/pkg/mod/") || strings.Contains(file, "/vendor/") || strings.Contains(file, "@v")
}

// InStandardLibrary reports whether a function is in the standard library, by the
// first element of its import path.
func InStandardLibrary(function string) bool {
	first, _, _ := strings.Cut(importPath(function), "/")
	return standard[first]
}

// standard are the first elements of the standard library's import paths. Only a
// first element without a dot can be one.
var standard = func() map[string]bool {
	set := map[string]bool{}
	for _, name := range strings.Fields(`archive bufio bytes cmp compress container context crypto database debug embed
		encoding errors expvar fmt go hash html image index internal io iter log maps math mime net os path plugin reflect
		regexp runtime slices sort strconv strings structs sync syscall testing text time unicode unique unsafe vendor weak`) {
		set[name] = true
	}
	return set
}()

// importPath is the package of "net/http.(*conn).serve", "slices.Sort[...]" or
// "net.example/x.F": it ends at the first dot after the last slash.
func importPath(function string) string {
	path := function
	if i := strings.IndexAny(path, "[("); i >= 0 {
		path = path[:i]
	}
	slash := strings.LastIndexByte(path, '/') + 1
	if dot := strings.IndexByte(path[slash:], '.'); dot >= 0 {
		return path[:slash+dot]
	}
	return path
}

func hasAnyPrefix(name string, prefixes []string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}
