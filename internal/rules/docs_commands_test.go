package rules

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// wholes says what runs each make target that the documents show: they take
// minutes, so this test only asks make whether it knows them. It does check
// that what is named here exists: a prerequisite of another target, a step of
// the CI workflow, or a test that runs the same in small.
var wholes = map[string]whole{
	"check":           {script: "make check"},
	"test":            {target: "check"},
	"gate":            {target: "check"},
	"stress":          {step: "./"},
	"race":            {byHand: "the tests of make test, more often"},
	"bench":           {test: "bench/peers.TestRunShowAndWrite"},
	"bench-readme":    {test: "bench/peers.TestRunShowAndWrite"},
	"mutants":         {test: "internal/selftest.TestMutantsDie"},
	"innocents":       {test: "bench/peers/innocents.TestInnocentsAreNotAccused"},
	"accuracy":        {test: "internal/accuracy.TestCommand"},
	"accuracy-readme": {test: "internal/accuracy.TestCommand"},
	"suites":          {byHand: "it fetches public modules; suite.TestRun runs one of its own"},
	"pairs":           {byHand: "it fetches public modules; suite/versions.TestRun compares versions of one of its own"},
	"speed":           {test: "internal/speed.TestRun"},
	"readme":          {test: "internal/excerpt.TestExcerptIsWritten"},
	"baseline":        {test: "internal/rules.TestActionHoldsToABaseline"},
	"gate-selftest":   {byHand: "it takes 20 minutes on a quiet machine"},
	"generate":        {target: "check", instead: "generated"},
	"help":            {byHand: "it prints the targets"},
}

// whole is where something is run as a whole.
type whole struct {
	// target has it as a prerequisite; instead is another target that does the
	// same.
	target, instead string
	// step is what a step of the CI workflow runs or uses.
	step string
	// script is a line of .ci/run.
	script string
	// test is a folder and a test in it, with a dot between.
	test string
	// byHand is the reason why nothing runs it.
	byHand string
}

// smaller makes a command of the documents short enough for a test, by flags
// that the documents show, too. The scenarios in it have no tools: a busy machine
// can make a tool miss its time.
var smaller = []struct {
	command *regexp.Regexp
	with    string
}{
	{regexp.MustCompile(`-requests \d+`), "-requests 20 -agents 2"},
	{regexp.MustCompile(`^(bin/stress baseline .*)$`), "$1 -measure cells,costs -scenarios partial-success,error"},
	{regexp.MustCompile(`^(bin/stress gate -baseline \S+)$`), "$1 -measure cells,costs -scenarios partial-success,error"},
	{regexp.MustCompile(`^(bin/stress gate -baseline \S+ \S+)$`), "$1 -measure cells,costs"},
	{regexp.MustCompile(`^(bin/stress run\b.*) -scenarios \S+(.*)$`), "$1 -scenarios partial-success,error,accumulation$2"},
	{regexp.MustCompile(`^(bin/stress run( -(shard|out|before|after|bench)( [^ -]\S*)?)*)$`), "$1 -scenarios partial-success,error"},
	{regexp.MustCompile(`^(bin/stress run (?:-scenarios|-requests|-shard|-bench)\b.*)$`), "$1 -executors waitgroup"},
	// Published versions need the module proxy.
	{regexp.MustCompile(`^bin/stress test -before \S+ -after \S+.*$`), "bin/stress test -before main -after HEAD -runs 1 -all ./..."},
	{regexp.MustCompile(`^(bin/stress test -before main .*)$`), "$1 -runs 1"},
	// Two runs of a benchmark differ on a machine that also runs other tests.
	{regexp.MustCompile(`^(go test .* -bench \. .*-count 10) (.* > old.txt)$`), "$1 -benchtime 10x $2"},
	{regexp.MustCompile(`^go test .* -bench \. .* > new.txt$`), "cp old.txt new.txt"},
}

// exits are the exit codes of the commands that do not end with 0.
var exits = map[string]int{
	"bin/stress run -before reference -after errgroup": 1, // errgroup breaks the contract
}

// command is one line of a shell block.
type command struct {
	place string
	text  string
}

// commands are the lines of the shell blocks of a document.
func commands(name, document string) (all []command) {
	comment := regexp.MustCompile(`(^|\s+)#.*$`)
	for _, b := range fenced(name, document) {
		if b.lang != "sh" {
			continue
		}
		text := strings.ReplaceAll(b.text, "\\\n", "")
		for i, line := range strings.Split(text, "\n") {
			if line = strings.TrimSpace(comment.ReplaceAllString(line, "")); line != "" {
				all = append(all, command{fmt.Sprintf("%s:%d", name, b.line+i), line})
			}
		}
	}
	return all
}

// Every command of the documents works. Those of make are planned, all others
// run, in the order of the document: a document shows what makes the files that
// its commands read.
func TestCommands(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs the command")
	}
	if runtime.GOOS == "windows" {
		t.Skip("no shell")
	}
	stress := filepath.Join(t.TempDir(), "stress")
	build := exec.Command("go", "build", "-o", stress, "./cmd/stress")
	build.Dir = rootDir(t)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build ./cmd/stress: %v\n%s", err, out)
	}
	for _, name := range documents(t) {
		all := commands(name, document(t, name))
		if len(all) == 0 {
			continue
		}
		t.Run(name, func(t *testing.T) {
			m := newUserModule(t)
			symlink(t, stress, filepath.Join(m.dir, "bin", "stress"))
			for _, c := range all {
				c.check(t, m)
			}
		})
	}
}

func (c command) check(t *testing.T, m userModule) {
	t.Helper()
	if target, ok := strings.CutPrefix(c.text, "make "); ok {
		checkTarget(t, c.place, strings.Fields(target)[0])
		return
	}
	text := c.text
	for _, s := range smaller {
		text = s.command.ReplaceAllString(text, s.with)
	}
	t.Logf("%s: %s", c.place, text)
	if code, out := m.run(t, "sh", "-c", text); code != exits[c.text] {
		t.Errorf("%s: %s: got exit code %d, want %d:\n%s", c.place, text, code, exits[c.text], out)
	}
}

// checkTarget asks make to plan a target, and checks that something runs it.
func checkTarget(t *testing.T, place, target string) {
	t.Helper()
	plan := exec.Command("make", "-n", target)
	plan.Dir = rootDir(t)
	if out, err := plan.CombinedOutput(); err != nil {
		t.Errorf("%s: make -n %s: %v\n%s", place, target, err, out)
	}
	w, ok := wholes[target]
	if !ok {
		t.Errorf("%s: make %s: the table wholes does not say what runs it", place, target)
		return
	}
	if problem := w.problem(t, target); problem != "" {
		t.Errorf("%s: make %s: %s", place, target, problem)
	}
}

// problem says what is wrong with an entry of wholes; nothing where it is right.
func (w whole) problem(t *testing.T, target string) string {
	t.Helper()
	switch {
	case w.byHand != "":
		return ""
	case w.target != "":
		if w.instead != "" {
			target = w.instead
		}
		line := regexp.MustCompile(`(?m)^` + w.target + `:.*$`).FindString(document(t, "Makefile"))
		line, _, _ = strings.Cut(line, "##")
		if !strings.Contains(line+" ", " "+target+" ") {
			return fmt.Sprintf("make %s does not run %s", w.target, target)
		}
	case w.script != "":
		if !strings.Contains(document(t, ".ci/run"), "\n"+w.script+"\n") {
			return fmt.Sprintf(".ci/run does not run %q", w.script)
		}
	case w.step != "":
		if !hasStep(t, w.step) {
			return fmt.Sprintf("no step of the CI workflow runs or uses %q", w.step)
		}
	default:
		if !hasTest(t, w.test) {
			return fmt.Sprintf("there is no test %q", w.test)
		}
	}
	return ""
}

func hasStep(t *testing.T, text string) bool {
	t.Helper()
	var w workflow
	read(t, ".github/workflows/ci.yml", &w)
	for _, j := range w.Jobs {
		for _, s := range j.Steps {
			if s.Uses == text || s.Run == text {
				return true
			}
		}
	}
	return false
}

// hasTest reports whether a folder has a test, as in "internal/selftest.TestMutantsDie".
func hasTest(t *testing.T, test string) bool {
	t.Helper()
	dir, name, _ := strings.Cut(test, ".")
	files, err := filepath.Glob(filepath.Join(rootDir(t), filepath.FromSlash(dir), "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(data), "\nfunc "+name+"(t *testing.T)") {
			return true
		}
	}
	return false
}

func TestWhatRunsATargetExists(t *testing.T) {
	for target, w := range wholes {
		if problem := w.problem(t, target); problem != "" {
			t.Errorf("make %s: %s", target, problem)
		}
	}
	for _, w := range []whole{{target: "check"}, {step: "no/such"}, {script: "make nothing"}, {test: "internal/rules.TestNothing"}} {
		if w.problem(t, "no-such-target") == "" {
			t.Errorf("%+v: want a problem", w)
		}
	}
}

func TestCommandsAreFound(t *testing.T) {
	got := commands("x.md", "```sh\n# first\nmake test   # all\nbin/stress run \\\n  -out x\n```\n```go\nmake()\n```\n")
	if want := "[{x.md:3 make test} {x.md:4 bin/stress run   -out x}]"; fmt.Sprint(got) != want {
		t.Errorf("got %v, want %s", got, want)
	}
}
