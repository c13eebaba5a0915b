package stress

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"github.com/watertight-go/watertight/suite"
	"github.com/watertight-go/watertight/suite/known"
)

// goTestArgs are flags of go test, with its meanings. The tag names the flag where it is
// not the name in lower case.
type goTestArgs struct {
	Run          string         `help:"Only tests that match this regular expression." placeholder:"REGEXP"`
	Skip         string         `help:"Not the tests that match this regular expression." placeholder:"REGEXP"`
	Count        *int           `help:"Run each test so many times." placeholder:"N"`
	Race         bool           `help:"Build with the race detector."`
	Short        bool           `help:"Tell long tests to be short."`
	Tags         string         `help:"Build tags, comma separated." placeholder:"A,B"`
	Timeout      *time.Duration `help:"Time after which a package's tests are ended, without that of the checks. Default: 10m." placeholder:"10m"`
	P            int            `name:"procs" flag:"p" short:"p" help:"Packages that are built and tested at a time." placeholder:"N"`
	Parallel     int            `help:"Parallel tests of a package at a time." placeholder:"N"`
	CPU          string         `name:"cpu" help:"Run each test with these numbers of processors." placeholder:"1,2"`
	Shuffle      string         `help:"Run tests in random order: on, or a seed." placeholder:"on"`
	Failfast     bool           `help:"Run no further test of a package after the first that fails."`
	Fullpath     bool           `help:"Show full file names in what tests print."`
	Mod          string         `help:"As the go command has it: readonly, vendor or mod." placeholder:"MODE"`
	Modfile      string         `help:"Read this file in place of go.mod." placeholder:"FILE"`
	Overlay      string         `help:"An overlay of your own, which holds as well." placeholder:"FILE"`
	Cover        bool           `help:"Build for coverage."`
	Covermode    string         `help:"As go test has it: set, count or atomic." placeholder:"MODE"`
	Coverpkg     string         `help:"Packages whose coverage is measured." placeholder:"A,B"`
	Coverprofile string         `help:"Write coverage to this file." placeholder:"FILE"`
	Gcflags      string         `help:"Flags for the compiler." placeholder:"FLAGS"`
	Ldflags      string         `help:"Flags for the linker." placeholder:"FLAGS"`
	Asmflags     string         `help:"Flags for the assembler." placeholder:"FLAGS"`
	Trimpath     bool           `help:"Build without the paths of this machine."`
	Msan         bool           `help:"Build with the memory sanitizer."`
	Asan         bool           `help:"Build with the address sanitizer."`
	Buildvcs     string         `help:"As go build has it: true, false or auto." placeholder:"auto"`
	Pgo          string         `help:"A profile that the compiler reads." placeholder:"FILE"`
	A            bool           `name:"rebuild" flag:"a" short:"a" help:"Build everything anew."`

	Chdir string `short:"C" help:"Run in this folder." placeholder:"DIR" goTest:"no"`
	V     bool   `name:"verbose" short:"v" help:"Show what the tests print." goTest:"no"`
	// testArgs is what follows -args: arguments of the tests' own.
	testArgs []string
}

// flags are those that go test gets.
func (a goTestArgs) flags() (flags []string) {
	v := reflect.ValueOf(a)
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if !field.IsExported() || field.Tag.Get("goTest") == "no" || v.Field(i).IsZero() {
			continue
		}
		name := field.Tag.Get("flag")
		if name == "" {
			name = strings.ToLower(field.Name)
		}
		flags = append(flags, fmt.Sprintf("-%s=%v", name, reflect.Indirect(v.Field(i)).Interface()))
	}
	return flags
}

// instead says what to do in place of a flag that go test has and this program cannot.
var instead = map[string]string{
	"bench":        "benchmarks are not checked: run them with go test -bench, and compare with stress gate -bench",
	"benchmem":     "benchmarks are not checked: run them with go test -bench",
	"benchtime":    "benchmarks are not checked: run them with go test -bench",
	"fuzz":         "fuzz functions run with their seeds, as go test runs them without -fuzz: run go test -fuzz beside",
	"fuzztime":     "fuzz functions run with their seeds: run go test -fuzz beside",
	"c":            "the test binaries go to a temporary folder: run go test -c beside",
	"exec":         "tests that run again are started by this program itself: run it within the other one",
	"list":         "run go test -list",
	"vet":          "go vet does not run here: run go vet beside",
	"n":            "run go test -n",
	"x":            "run go test -x",
	"work":         "the temporary folder is always removed",
	"toolexec":     "run it with go vet or go build",
	"i":            "go test has it no more",
	"cpuprofile":   "the check would be in the profile: run go test -cpuprofile beside",
	"memprofile":   "the check would be in the profile: run go test -memprofile beside",
	"blockprofile": "the check would be in the profile: run go test -blockprofile beside",
	"mutexprofile": "the check would be in the profile: run go test -mutexprofile beside",
	"trace":        "the check would be in the trace: run go test -trace beside",
	"outputdir":    "no profile is written",
}

// refused is the error for a flag that go test has and test has not; nil without one.
func refused(args []string) error {
	for _, a := range args {
		name, _, _ := strings.Cut(strings.TrimLeft(a, "-"), "=")
		if why := instead[strings.TrimPrefix(name, "test.")]; why != "" && strings.HasPrefix(a, "-") {
			return fmt.Errorf("test: flag -%s: %s", name, why)
		}
	}
	return nil
}

// cutTestArgs cuts what follows -args.
func cutTestArgs(args []string) (before, after []string) {
	i := slices.IndexFunc(args, func(a string) bool { return a == "-args" || a == "--args" })
	if len(args) == 0 || args[0] != "test" || i < 0 {
		return args, nil
	}
	return args[:i], args[i+1:]
}

// baselineOfTests are the flags of a list of known leaks.
type baselineOfTests struct {
	Baseline string `help:"Leaks in this list do not fail the run. See docs/suite.md." placeholder:"LEAKS.YAML"`
	Update   bool   `help:"Write into -baseline what is new, and take out what is fixed."`
}

// load reads the list, before any test runs. It is nil where none is asked for.
func (b baselineOfTests) load() (*known.List, error) {
	if b.Baseline == "" {
		if b.Update {
			return nil, errors.New("-update: got no -baseline, want the list that is updated")
		}
		return nil, nil
	}
	l, err := known.Load(b.Baseline)
	switch {
	case errors.Is(err, fs.ErrNotExist) && b.Update:
		return &known.List{File: b.Baseline}, nil
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("-baseline: there is no file %s: make it with -update", b.Baseline)
	}
	return l, err
}

// judge gives a result the verdicts of the list, and updates it where that is asked for.
func (a *testArgs) judge(l *known.List, r suite.Result) (suite.Result, error) {
	if l == nil {
		return r, nil
	}
	run := known.Run{
		OS: cmp.Or(os.Getenv("GOOS"), runtime.GOOS), Arch: cmp.Or(os.Getenv("GOARCH"), runtime.GOARCH),
		Tags: strings.FieldsFunc(a.Tags, func(c rune) bool { return c == ',' || c == ' ' }),
		// Of a run that is not whole, not all of a package may have run.
		Chosen: a.Run != "" || a.Skip != "" || r.Partial != "", Today: time.Now(),
	}
	if a.Update && r.Partial == "" {
		return l.Update(r, run)
	}
	return l.Judge(r, run), nil
}

// growthArgs are the flags of rounds.
type growthArgs struct {
	Growth growthFlag `help:"Run tests again and again, to see what grows: those that leak, or those of -run; all with -growth=all." placeholder:"all"`
	Rounds int        `help:"Rounds of each of these tests, at least." default:"8" placeholder:"N"`
}

// growthFlag says whether tests run in rounds, and which.
type growthFlag string

const (
	growthOfLeaking growthFlag = "leaking"
	growthOfAll     growthFlag = "all"
)

// IsBool says that the flag needs no value.
func (*growthFlag) IsBool() bool { return true }

// Decode reads the flag.
func (g *growthFlag) Decode(ctx *kong.DecodeContext) error {
	*g = growthOfLeaking
	if ctx.Scan.Peek().Type != kong.FlagValueToken {
		return nil
	}
	switch value := ctx.Scan.Pop().String(); value {
	case string(growthOfAll):
		*g = growthOfAll
	case string(growthOfLeaking), "true":
	case "false":
		*g = ""
	default:
		return fmt.Errorf("got %q, want no value, or all", value)
	}
	return nil
}

// checkGrowth refuses flags that make no sense.
func (a *testArgs) checkGrowth() error {
	switch {
	case a.Rounds < 8:
		return fmt.Errorf("-rounds: got %d, want 8 or more: fewer do not show whether a rise stops", a.Rounds)
	case a.Growth != "" && a.Before != "":
		return errors.New("-growth: got -before as well, want one of them: growth is judged in one version")
	case a.Update && a.Before != "":
		return errors.New("-update: got -before as well, want one of them: the list is made of one version")
	}
	return nil
}

// growth are the options of rounds; nil where none are asked for.
func (a *testArgs) growth() *suite.GrowthOptions {
	if a.Growth == "" {
		return nil
	}
	return &suite.GrowthOptions{All: a.Growth == growthOfAll || a.Run != "", Rounds: a.Rounds}
}
