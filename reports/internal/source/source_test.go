package source

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/scenarios"
)

func TestLocateKnowsTheRepositoryOfTheRun(t *testing.T) {
	r := &reports.Report{Environment: reports.Environment{Root: "/src/repo", Module: "example.com/m", ModuleDir: "sub"}}
	require.Equal(t, Site{File: "a/b.go", Line: 3, Inside: true}, Locate(r, "/src/repo/a/b.go", 3))
	require.Equal(t, Site{File: "sub/a/b.go", Line: 3, Inside: true}, Locate(r, "example.com/m/a/b.go", 3), "built with -trimpath")
}

// The user's own line comes first, and the harness's source never does.
func TestOf(t *testing.T) {
	r := &reports.Report{Environment: reports.Environment{Root: "/repo"}, Executors: []reports.Executor{{Name: "mine", File: "/repo/mine.go", Line: 3}}}
	o := scenarios.Observation{Executor: "mine"}
	made := Site{File: "mine.go", Line: 3, Inside: true}
	errgroup := Site{File: "/go/pkg/mod/errgroup.go", Line: 93, Inside: false}
	for name, c := range map[string]struct {
		f    leak.Finding
		want Blame
	}{
		"own go statement": {leak.Finding{CreatedBy: "m.Run", File: "/repo/run.go", Line: 7}, Blame{At: Site{File: "run.go", Line: 7, Inside: true}, Function: "m.Run"}},
		"given to a library": {leak.Finding{CreatedBy: "errgroup.Go", File: errgroup.File, Line: 93, Runs: "m.Run.func1", RunsFile: "/repo/run.go", RunsLine: 8},
			Blame{At: Site{File: "run.go", Line: 8, Inside: true}, Created: errgroup, Function: "m.Run.func1"}},
		"inside a library": {leak.Finding{CreatedBy: "errgroup.Go", File: errgroup.File, Line: 93}, Blame{At: made, Created: errgroup}},
		"caller": {leak.Finding{CreatedBy: "github.com/watertight-go/watertight/scenarios/observe.(*cell).launch", File: "/repo/scenarios/observe/load.go", Line: 78},
			Blame{At: made, Created: Site{File: "scenarios/observe/load.go", Line: 78, Inside: true}, Caller: true}},
		"caller in an old report": {leak.Finding{CreatedBy: "github.com/watertight-go/watertight/scenarios.launch", File: "/repo/scenarios/load.go", Line: 78},
			Blame{At: made, Created: Site{File: "scenarios/load.go", Line: 78, Inside: true}, Caller: true}},
	} {
		require.Equal(t, c.want, Of(r, o, c.f), name)
	}
}
