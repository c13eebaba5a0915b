package child

import (
	"flag"
	"os"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// RaceSettings is the variable for Spec.Env that makes the race detector report
// to where Result.Output and Worker.Output see it, and go on: GORACE as it is in
// this process, but for log_path and halt_on_error, and then more. Of each
// setting the last one counts.
func RaceSettings(more string) string {
	return strings.TrimRight("GORACE="+os.Getenv("GORACE")+" log_path=stderr halt_on_error=0 "+more, " ")
}

// TestArgs are the arguments with which a test binary runs one test of its own
// again, by its full name. own are the binary's arguments without its name. Those
// of package testing are dropped: they say what to test and how often, and where
// to write coverage and profiles, which a child must not overwrite. -test.short
// stays, and so do the user's own.
func TestArgs(own []string, test string) []string {
	var names []string
	for name := range strings.SplitSeq(test, "/") {
		names = append(names, "^"+regexp.QuoteMeta(name)+"$")
	}
	args := []string{
		"-test.run=" + strings.Join(names, "/"), "-test.count=1", "-test.timeout=0",
		"-test.cpu=" + strconv.Itoa(runtime.GOMAXPROCS(0)),
	}
	if testing.Short() {
		args = append(args, "-test.short")
	}
	return append(args, usersArgs(own)...)
}

// usersArgs leaves out the flags of package testing, with their values.
func usersArgs(own []string) (args []string) {
	for len(own) > 0 {
		if own[0] == "--" || !strings.HasPrefix(own[0], "-") {
			return append(args, own...) // no flags from here on
		}
		n := 1
		name, _, hasValue := strings.Cut(strings.TrimLeft(own[0], "-"), "=")
		if !hasValue && takesValue(name) {
			n = min(2, len(own))
		}
		if !strings.HasPrefix(name, "test.") {
			args = append(args, own[:n]...)
		}
		own = own[n:]
	}
	return args
}

// takesValue says that the flag's value may be the next argument.
func takesValue(name string) bool {
	f := flag.Lookup(name)
	if f == nil {
		return false
	}
	b, ok := f.Value.(interface{ IsBoolFlag() bool })
	return !ok || !b.IsBoolFlag()
}
