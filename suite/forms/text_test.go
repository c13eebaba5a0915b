package forms

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/suite"
)

// result is one run in which two tests show a place, one a process, and a package was
// not built.
func result() suite.Result {
	left := &leak.Report{Findings: []leak.Finding{{
		Class: leak.Blocked, State: "chan receive", Function: "example.com/m.Leak.func1", Entry: "example.com/m.Leak.func1",
		CreatedBy: "example.com/m.Leak", File: "/m/leak.go", Line: 7, Count: 1,
	}}}
	process := &leak.Report{Processes: []leak.Process{{Command: "sleep 20"}}}
	test := func(name string, left *leak.Report) suite.Test {
		return suite.Test{Name: name, Outcome: suite.Passed, Checked: true, Left: left}
	}
	return suite.NewResult("/m", suite.Observation{Packages: []suite.Package{
		{Path: "example.com/m", Dir: "/m", Outcome: suite.Passed, Tests: []suite.Test{test("TestA", left), test("TestB", left), test("TestC", nil), test("TestD", process)}},
		{Path: "example.com/m/broken", Dir: "/m/broken", Outcome: suite.Failed, Error: "broken.go:1: syntax error"},
	}})
}

func TestText(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, Text(&out, result(), Terminal{}))
	require.Contains(t, out.String(), "Something is left behind by 3 of 4 tests in 2 packages, at 2 places.")
	require.Contains(t, out.String(), "\nleak.go:7: blocked [chan receive], in example.com/m.Leak.func1")
	require.Contains(t, out.String(), "still running: sleep 20")
	require.Contains(t, out.String(), "broken: not all could be checked:")
	require.Contains(t, out.String(), "stress test -run '^TestA$' example.com/m")
}
