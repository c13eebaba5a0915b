package lineage

import (
	"bytes"
	"runtime"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/watertight-go/watertight/leak/internal/stack"
)

// hints are in each name of a test function.
var hints = [][]byte{[]byte(".Test"), []byte(".Benchmark"), []byte(".Fuzz")}

// testFunction is the innermost function of a test in a stack, or the one that created
// the goroutine; empty for none. It is a test function by its name and file, or a
// closure of one. So is mine, whatever its name is.
func testFunction(body []byte, mine string) string {
	if !mayHold(body, mine) {
		return ""
	}
	for function, file := range stack.Calls(body) {
		if mine != "" && isPart(string(function), mine) || bytes.HasSuffix(file, []byte("_test.go")) && isTest(string(function)) {
			return string(function)
		}
	}
	return ""
}

// mayHold is a quick answer: most stacks hold no function of a test.
func mayHold(body []byte, mine string) bool {
	for _, h := range hints {
		if bytes.Contains(body, h) {
			return true
		}
	}
	return mine != "" && bytes.Contains(body, []byte(mine))
}

// isPart reports whether a function is the other or a closure of it: its name has the
// other's before ".func1", ".gowrap1" or "-range1", or before the names of functions
// that were inlined into it.
func isPart(function, of string) bool {
	rest, ok := strings.CutPrefix(function, of)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '-')
}

// isTest reports whether a function is a test, a benchmark or a fuzz test by its name,
// or a closure of one. A method may be a test as well: suites have such. TestMain is
// none.
func isTest(function string) bool {
	root := rootOf(function)
	if !isClosurePart(function[len(root):]) {
		return false
	}
	name := root[strings.LastIndexByte(root, '.')+1:]
	if name == "TestMain" {
		return false
	}
	for _, h := range hints {
		if rest, ok := strings.CutPrefix(name, string(h[1:])); ok {
			r, _ := utf8.DecodeRuneInString(rest)
			return !unicode.IsLower(r)
		}
	}
	return false
}

// isClosurePart reports whether this is what the compiler appends to the name of a
// function for its closures. Methods of a type that is called TestServer have others.
func isClosurePart(rest string) bool {
	if rest == "" {
		return true
	}
	for _, begin := range []string{".func", ".gowrap", ".deferwrap", "-range", "-fm"} {
		if strings.HasPrefix(rest, begin) {
			return true
		}
	}
	return false
}

// rootOf is the function of the source that a closure is in: "a/b.TestX" of
// "a/b.TestX.func1.2", "a/b.(*Suite).TestX" of "a/b.(*Suite).TestX.gowrap1".
func rootOf(function string) string {
	start := strings.LastIndexByte(function, '/') + 1
	dot := strings.IndexByte(function[start:], '.')
	if dot < 0 {
		return function
	}
	start += dot + 1
	if strings.HasPrefix(function[start:], "(") {
		if end := strings.Index(function[start:], ")."); end >= 0 {
			start += end + len(").")
		}
	}
	if end := strings.IndexAny(function[start:], ".-["); end >= 0 {
		return function[:start+end]
	}
	return function
}

// outer is the function that a closure was written in; empty where it is none.
func outer(function string) string {
	if function == rootOf(function) {
		return ""
	}
	return function[:strings.LastIndexAny(function, ".-")]
}

// RunningTest is the function of the test that the calling goroutine runs: the one that
// package testing has called, or where that is a suite's, the method that it has called
// by reflection. It is empty where package testing has not called it.
func RunningTest() string {
	var pcs [256]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs[:])])
	var names []string
	for more := true; more; {
		var f runtime.Frame
		f, more = frames.Next()
		names = append(names, strings.TrimSuffix(f.Function, "-fm"))
	}
	return calledByTesting(names)
}

// calledByTesting is RunningTest by the names of the frames, innermost first.
func calledByTesting(names []string) string {
	function, byTesting := "", false
	for i := len(names) - 1; i >= 0; i-- {
		name := names[i]
		switch {
		case strings.HasPrefix(name, "testing.") || strings.HasPrefix(name, "internal/synctest.") || strings.HasPrefix(name, "testing/synctest."):
			byTesting = true
		case strings.HasPrefix(name, "runtime.") || strings.HasPrefix(name, "reflect."):
		case !byTesting:
			return ""
		case function == "":
			function = name
			if isTest(name) {
				return name
			}
		case names[i+1] == "reflect.Value.call":
			return name
		default:
			return function
		}
	}
	return function
}
