package stress

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/exhibits"
	"github.com/watertight-go/watertight/stress/internal/plan"
)

func TestShortFlags(t *testing.T) {
	for _, args := range [][]string{{"-o", "x=y"}, {"-o=x=y"}, {"--out=x=y"}, {"-out", "x=y"}} {
		c, _, err := parse(append([]string{"baseline"}, args...), io.Discard)
		require.NoError(t, err)
		require.Equal(t, "x=y", c.Baseline.Out, "%q", args)
	}
}

func TestFlagsInBothSpellings(t *testing.T) {
	for _, args := range [][]string{
		{"run", "-requests", "7", "-out", "-odd", "-timeout=5s"},
		{"run", "--requests", "7", "--out", "-odd", "--timeout=5s"},
		{"-requests=7", "--out=-odd", "-timeout", "5s"},
	} {
		c, command, err := parse(args, &bytes.Buffer{})
		require.NoError(t, err, args)
		require.Equal(t, "run", command)
		require.Equal(t, 7, c.Run.Requests)
		require.Equal(t, "-odd", c.Run.Out)
		require.Equal(t, 5*time.Second, c.Run.Timeout)
		require.Equal(t, plan.DefaultAgents, c.Run.Agents)
	}
}

func TestReportFileNamedLikeAFlag(t *testing.T) {
	c, command, err := parse([]string{"report", "-format", "json", "--", "-x.json"}, &bytes.Buffer{})
	require.NoError(t, err)
	require.Equal(t, "report", command)
	require.Equal(t, "-x.json", c.Report.File)
}

func TestColored(t *testing.T) {
	for _, tt := range []struct {
		when     string
		terminal bool
		noColor  string
		want     bool
	}{
		{"auto", true, "", true},
		{"auto", true, "1", false},
		{"auto", false, "", false},
		{"always", false, "1", true},
		{"never", true, "", false},
	} {
		require.Equal(t, tt.want, colored(tt.when, surroundings{terminal: tt.terminal, noColor: tt.noColor}), tt)
	}
}

func specs(names ...string) []executor.Spec {
	var all []executor.Spec
	for _, n := range names {
		all = append(all, executor.Spec{Name: n, New: exhibits.NewWaitGroup})
	}
	return all
}

// Executors are told apart by their names, and none is run in place of another.
func TestSpecsAreChecked(t *testing.T) {
	for want, all := range map[string][]executor.Spec{
		`got two named "mine", want each name once`: specs("mine", "other", "mine"),
		`got "mine" alone, want two or more`:        specs("mine"),
		`New`:                                       {{Name: "none"}, {Name: "other", New: exhibits.NewWaitGroup}},
	} {
		for _, command := range []string{"run", "gate"} {
			if command == "gate" && len(all) == 1 {
				continue // one will do
			}
			var out, said strings.Builder
			code := Run(t.Context(), []string{command, "-scenarios", "normal"}, &out, &said, all...)
			require.Equal(t, ExitTrouble, code)
			require.Contains(t, said.String(), want, command)
			require.Empty(t, out.String())
		}
	}
}
