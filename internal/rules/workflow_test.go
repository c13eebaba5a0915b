package rules

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

// Whoever can name a branch or an input must not be able to write shell.
func TestNoExpressionIsPastedIntoShell(t *testing.T) {
	var a, tests action
	read(t, "action.yml", &a)
	read(t, "test/action.yml", &tests)
	var w workflow
	read(t, ".github/workflows/ci.yml", &w)
	steps := append(a.Runs.Steps, tests.Runs.Steps...)
	for _, j := range w.Jobs {
		steps = append(steps, j.Steps...)
	}
	shell := 0
	for _, s := range steps {
		if s.Run != "" {
			shell++
			require.NotContains(t, s.Run, "${{")
		}
	}
	require.Greater(t, shell, 5)
}

// TestWorkflowSteps runs the workflow's shell steps, but for the one that runs
// all tests, this one among them.
func TestWorkflowSteps(t *testing.T) {
	needsBash(t)
	var w workflow
	read(t, ".github/workflows/ci.yml", &w)
	ran := 0
	for name, job := range w.Jobs {
		for _, s := range job.Steps {
			if s.Run == "" || s.Run == "bash .ci/run" {
				continue
			}
			s.Env = map[string]string{}
			for k, v := range job.Env {
				if k == "TOOLCHAIN" {
					v = runtime.Version()
				}
				s.Env[k] = v
			}
			code, said := newRunner(t, action{}, nil).run(t, s)
			require.Zero(t, code, "%s: %s: %s", name, s.Run, said)
			ran++
		}
	}
	require.Positive(t, ran)
}
