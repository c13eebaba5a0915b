package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/suite"
)

// Each test ends as it did plain. Two tests of one name are one to the go command.
func TestOtherwise(t *testing.T) {
	passed := func(name string) suite.Test { return suite.Test{Name: name, Outcome: suite.Passed, Checked: true} }
	observed := func(tests ...suite.Test) suite.Observation {
		return suite.Observation{Packages: []suite.Package{{Path: "p", Tests: tests}}}
	}
	for _, c := range []struct {
		name      string
		checked   suite.Test
		otherwise int
	}{
		{"as plain", passed("TestX"), 0},
		{"of the external package, beside one of its name", passed("p_test.TestX"), 0},
		{"failed under the check alone", suite.Test{Name: "TestX", Outcome: suite.Failed, Checked: true}, 1},
		{"not checked", suite.Test{Name: "TestX", Outcome: suite.Passed}, 1},
		{"did not run plain", passed("TestY"), 1},
	} {
		var out bytes.Buffer
		one := totals{}
		one.add(&out, result{plain: observed(passed("TestX")), checked: observed(c.checked)}, nil)
		require.Equal(t, c.otherwise, one.otherwise, "%s: %s", c.name, out.String())
	}
}
