package suite

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// outcome is what a test was seen to do, in short.
func outcome(test Test) string {
	text := string(test.Outcome)
	if !test.Checked {
		text += " unchecked"
	}
	if test.Leaks() {
		text += " leaks"
	}
	if test.Statement {
		text += " by statement"
	}
	return text
}

// outcomes are those of all tests, by package and name.
func outcomes(o Observation) map[string]string {
	all := map[string]string{}
	for _, p := range o.Packages {
		for _, test := range p.Tests {
			all[p.Path+" "+test.Name] = outcome(test)
		}
		if p.Rest != nil {
			all[p.Path+" -"] = "leaks"
		}
		if p.Error != "" {
			all[p.Path] = "error"
		}
	}
	return all
}

// Tests of every kind keep their outcome, and those that leak are found: parallel ones,
// those of a test package, of package main, beside a TestMain that exits, in a module
// that says go 1.12.
func TestRun(t *testing.T) {
	obs := runModule(t, "kinds", Options{Packages: []string{".", "./broken", "./cmd", "./exits", "./dies", "./rest", "./child", "./twice", "./together", "./process"}})
	require.Equal(t, map[string]string{
		"example.com/kinds TestClean":            "pass",
		"example.com/kinds TestLeaks":            "pass leaks",
		"example.com/kinds TestParallel":         "pass leaks",
		"example.com/kinds TestFails":            "fail",
		"example.com/kinds TestSkips":            "skip",
		"example.com/kinds TestFromOutside":      "pass leaks",
		"example.com/kinds/broken":               "error",
		"example.com/kinds/cmd TestOfMain":       "pass leaks",
		"example.com/kinds/exits TestBeforeExit": "pass leaks",
		"example.com/kinds/dies TestClean":       "pass",
		"example.com/kinds/dies TestPanics":      "fail",
		"example.com/kinds/dies TestLater":       "not run unchecked",
		"example.com/kinds/dies":                 "error",
		"example.com/kinds/rest TestClean":       "pass",
		"example.com/kinds/rest Example":         "pass unchecked",
		"example.com/kinds/rest -":               "leaks",
		"example.com/kinds/child TestOwnChild":   "pass",
		"example.com/kinds/twice TestFailsFirst": "fail",
		// What is left only beside other tests is not blamed on the test. Where the
		// second run says nothing, the first one counts.
		"example.com/kinds/together TestFirst":           "pass",
		"example.com/kinds/together TestLeaksAfterFirst": "pass",
		"example.com/kinds/together TestDiesAlone":       "pass leaks",
		"example.com/kinds/process TestLeavesProcess":    "pass leaks",
	}, outcomes(obs))
}

// Tests that do odd things keep their outcome. Those that look at their caller are checked
// by a statement of their own, and so are those that did not run since one of these ended
// the process. What does not run is named.
func TestRunOdd(t *testing.T) {
	obs := runModule(t, "kinds", Options{Packages: []string{"./odd", "./closes", "./killed", "./goexit", "./mains/...", "./inits", "./leak", "./internal/..."}})
	const odd = "example.com/kinds/odd "
	require.Equal(t, map[string]string{
		odd + "TestBubble":                      "pass",
		odd + "TestTwin":                        "fail",
		odd + "odd_test.TestTwin":               "pass leaks by statement",
		odd + "TestFrames":                      "pass by statement",
		odd + "TestFramesAndLeak":               "pass leaks by statement",
		odd + "TestLines":                       "pass by statement",
		odd + "TestSetenv":                      "pass by statement",
		odd + "TestChdir":                       "pass leaks by statement",
		odd + "TestStdout":                      "pass leaks by statement",
		odd + "TestGarbage":                     "pass by statement",
		odd + "TestEnvironment":                 "pass by statement",
		odd + "TestSubtests":                    "pass leaks by statement",
		odd + "TestParallelClean":               "pass by statement",
		odd + "TestParallelLeaks":               "pass leaks by statement",
		odd + "TestParallelSubtests":            "pass by statement",
		odd + "FuzzSeeds":                       "pass leaks by statement",
		"example.com/kinds/killed":              "error",
		"example.com/kinds/killed TestBefore":   "pass",
		"example.com/kinds/killed TestKilled":   "not ended",
		"example.com/kinds/killed TestAfter":    "not run unchecked",
		"example.com/kinds/closes TestCloses":   "pass leaks",
		"example.com/kinds/closes TestLimit":    "pass leaks",
		"example.com/kinds/goexit TestGoexit":   "fail",
		"example.com/kinds/mains/returns TestX": "pass leaks",
		"example.com/kinds/mains/twice TestX":   "pass leaks",
		"example.com/kinds/mains/silent":        "error",
		"example.com/kinds/mains/silent TestX":  "not run unchecked",
		"example.com/kinds/inits":               "error",
		"example.com/kinds/inits TestX":         "not run unchecked",
		"example.com/kinds/leak TestX":          "pass",
		"example.com/kinds/internal/hook TestX": "pass",
	}, outcomes(obs))
	for _, p := range obs.Packages {
		switch p.Path {
		case "example.com/kinds/killed":
			require.Contains(t, p.Error, "signal: killed")
		case "example.com/kinds/inits":
			require.Equal(t, "no test began: panic: not today", p.Error)
		}
	}
}

// The same under the flags that build otherwise; tests that run in one process with those
// before, which no second run may hide.
func TestRunFlagsOfBuild(t *testing.T) {
	profile := t.TempDir() + "/cover"
	obs := runModule(t, "kinds", Options{
		Packages: []string{"./odd"}, TestArgs: []string{"-word=given"},
		Flags: []string{"-tags=special", "-coverpkg=./...", "-coverprofile=" + profile, "-skip=Frames|Twin", "-cpu=1,2", "-shuffle=on", "-parallel=3"},
	})
	const odd = "example.com/kinds/odd "
	require.Equal(t, map[string]string{
		odd + "TestBubble":           "pass",
		odd + "TestLines":            "pass",
		odd + "TestSetenv":           "pass",
		odd + "TestChdir":            "pass leaks",
		odd + "TestStdout":           "pass leaks",
		odd + "TestGarbage":          "pass",
		odd + "TestEnvironment":      "pass",
		odd + "TestSubtests":         "pass leaks",
		odd + "TestTagged":           "pass",
		odd + "TestParallelClean":    "pass",
		odd + "TestParallelLeaks":    "pass leaks",
		odd + "TestParallelSubtests": "pass",
		odd + "FuzzSeeds":            "pass leaks",
	}, outcomes(obs))
	require.FileExists(t, profile)
	for _, test := range obs.Packages[0].Tests {
		if test.Name == "TestSubtests" {
			require.Equal(t, []string{"that_leaks"}, test.Subtests)
		}
	}
}
