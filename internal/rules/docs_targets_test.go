package rules

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
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
	"attach":          {test: "attach.TestSixFaultsBesideInnocents"},
	"attach-rates":    {test: "attach/internal/trial.TestRates"},
	"attach-servers":  {byHand: "it fetches public servers and takes half an hour"},
	"service":         {test: "service.TestFixedFanOut"},
	"service-trial":   {byHand: "it takes two hours; the tests of service run short ones of its kind"},
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
