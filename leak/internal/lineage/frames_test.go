package lineage

import (
	"strings"
	"testing"

	"github.com/watertight-go/watertight/leak/internal/require"
)

// TestCalledByTesting: which function is the test's, by the stack of a check.
func TestCalledByTesting(t *testing.T) {
	const check = "m/leak.Check p.helper "
	for stack, want := range map[string]string{
		check + "p.TestX testing.tRunner runtime.goexit":                                                        "p.TestX",
		check + "p.TestX.func1 testing.tRunner runtime.goexit":                                                  "p.TestX.func1",
		check + "p.each.func1 testing.tRunner runtime.goexit":                                                   "p.each.func1",
		check + "p.(*S).TestM reflect.Value.call reflect.Value.Call m/suite.Run.func1 testing.tRunner":          "p.(*S).TestM",
		check + "p.(*S).SetupTest m/suite.Run.func1 testing.tRunner":                                            "m/suite.Run.func1",
		check + "reflect.Value.call reflect.Value.Call p.TestX testing.tRunner":                                 "p.TestX",
		check + "p.FuzzX.func1 reflect.Value.call reflect.Value.Call testing.(*F).Fuzz.func1.1 testing.tRunner": "p.FuzzX.func1",
		check + "p.BenchmarkX testing.(*B).runN testing.(*B).run1.func1 runtime.goexit":                         "p.BenchmarkX",
		check + "p.TestX.func1 runtime.goexit":                                                                  "",
		check + "m/ginkgo.run p.TestX.func1":                                                                    "",
	} {
		require.Equal(t, want, calledByTesting(strings.Fields(stack)), stack)
	}
}

// TestRunningTest: the names are those that a dump has.
func TestRunningTest(t *testing.T) {
	require.True(t, strings.HasSuffix(RunningTest(), "/lineage.TestRunningTest"), RunningTest())
	t.Run("sub", func(t *testing.T) {
		require.True(t, strings.HasSuffix(RunningTest(), "/lineage.TestRunningTest.func1"), RunningTest())
	})
	found := make(chan string)
	go func() { found <- RunningTest() }()
	require.Empty(t, <-found)
}

// TestRootOf names the function of the source.
func TestRootOf(t *testing.T) {
	for function, want := range map[string]string{
		"a.b/c-d.TestX.func1.2":      "a.b/c-d.TestX",
		"a/b.(*Suite).TestX.gowrap1": "a/b.(*Suite).TestX",
		"a/b.(*Suite[...]).TestX":    "a/b.(*Suite[...]).TestX",
		"a/b.generic[...].func1":     "a/b.generic",
		"a/b.TestX-range1.func2":     "a/b.TestX",
		"main.main":                  "main.main",
		"non-Go function":            "non-Go function",
	} {
		require.Equal(t, want, rootOf(function), function)
	}
}
