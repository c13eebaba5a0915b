package ci

import (
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/reports/internal/fixtures"
)

func TestAnnotations(t *testing.T) {
	got := rendered(t, Annotations, fixtures.Broken())
	require.Contains(t, got, "::error file=executor/waitgroup.go,line=31,title=Watertight%3A bounds what cannot be stopped::waitgroup breaks clause 6")
	require.Contains(t, got, "::error file=executor/registry.go,line=20,title=Watertight%3A returns in time::")
	require.Contains(t, got, "::notice title=Watertight::waitgroup breaks the contract in ")
	got = rendered(t, Annotations, fixtures.Full(30))
	require.Equal(t, "::notice title=Watertight::reference keeps every clause that was tested, in 32 scenarios\n", got)
}

func TestAnnotationsOfManyFaultsSayHowManyMore(t *testing.T) {
	r := fixtures.Broken()
	for i := range r.Cells {
		for j := range r.Cells[i].Observation.Left.Leak.Findings {
			r.Cells[i].Observation.Left.Leak.Findings[j].Line = i
		}
	}
	got := rendered(t, Annotations, r)
	require.Equal(t, 10, strings.Count(got, "::error "))
	require.Regexp(t, `::error title=Watertight::\d+ more of this kind are in the report`, got)
}

// No stored string can begin a workflow command, or end one early.
func TestAnnotationsCannotBeInjected(t *testing.T) {
	line := regexp.MustCompile(`^::(error|warning|notice) (file=[^,:]*,)?(line=\d+,)?title=[^,:]*::.*$`)
	all := fixtures.All()
	all["commands"] = fixtures.Broken()
	for i := range all["commands"].Cells {
		c := &all["commands"].Cells[i]
		for j := range c.Verdict.Clauses {
			c.Verdict.Clauses[j].Got = "x\n::set-env name=PATH::/tmp\r\n::error::%0Afake"
		}
		for j := range c.Observation.Left.Leak.Findings {
			c.Observation.Left.Leak.Findings[j].File = "/home/someone/project/a,line=1::b%0A\n.go"
		}
	}
	for name, r := range all {
		for _, l := range strings.Split(strings.TrimSuffix(rendered(t, Annotations, r), "\n"), "\n") {
			require.Regexp(t, line, l, name)
			require.NotContains(t, strings.ReplaceAll(l, "%25", ""), "%0A", name)
			for _, c := range l {
				require.True(t, unicode.IsPrint(c), "%s: got %U", name, c)
			}
		}
	}
}
