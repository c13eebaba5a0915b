package scenariotest

import (
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"strings"

	"github.com/watertight-go/watertight/scenarios"
)

// frame is a function in a stack, and its place.
type frame struct{ function, file, line string }

func (f frame) String() string { return f.file + ":" + f.line + " " + f.function }

// isZero says that there is no such frame.
func (f frame) isZero() bool { return f == frame{} }

// frameLines are a function and its place, as the runtime and the race detector
// write them.
var frameLines = regexp.MustCompile(`(?m)^ *(\S[^\n]*?)\([^()\n]*\)\n\s+(\S[^\n]*\.(?:go|s)):(\d+)`)

// framesOf are the functions of the first goroutine in a text that were called, the
// innermost first. The function that created it is not among them.
func framesOf(text string) (all []frame) {
	if i := strings.Index(text, "\ngoroutine "); i >= 0 {
		text = text[i+1:]
	}
	text, _, _ = strings.Cut(text, "\n\n")
	text, _, _ = strings.Cut(text, "\ncreated by ")
	for _, m := range frameLines.FindAllStringSubmatch(text, -1) {
		all = append(all, frame{function: m[1], file: m[2], line: m[3]})
	}
	return all
}

// usersFrame is the innermost frame in the user's own code; where there is none, in
// other code outside of the standard library and of this harness. It is zero where
// there is none.
func usersFrame(frames []frame) frame {
	var library frame
	for _, f := range frames {
		switch {
		case isStandard(f) || isHarness(f):
		case strings.Contains(f.file, "/pkg/mod/") || strings.Contains(f.file, "/vendor/"):
			if library.isZero() {
				library = f
			}
		default:
			return f
		}
	}
	return library
}

// standard is the folder of the standard library's packages; "." in a binary that was
// built with -trimpath.
var standard = func() string {
	pc := reflect.ValueOf(strings.Contains).Pointer()
	file, _ := runtime.FuncForPC(pc).FileLine(pc)
	return filepath.ToSlash(filepath.Dir(filepath.Dir(file)))
}()

func isStandard(f frame) bool {
	if strings.HasPrefix(f.file, standard+"/") {
		return true
	}
	first, _, _ := strings.Cut(f.file, "/")
	return standard == "." && !strings.Contains(first, ".")
}

// harness is the path of this module.
var harness = strings.TrimSuffix(reflect.TypeFor[scenarios.Scenario]().PkgPath(), "scenarios")

// isHarness says that a function belongs to what observes the executor. The reference
// executor and tests do not.
func isHarness(f frame) bool {
	path, found := strings.CutPrefix(f.function, harness)
	if !found || strings.HasSuffix(f.file, "_test.go") {
		return false
	}
	for _, p := range []string{"mocks", "scenarios", "executor/adapt", "leak", "internal/child"} {
		if strings.HasPrefix(path, p) {
			return true
		}
	}
	return false
}
