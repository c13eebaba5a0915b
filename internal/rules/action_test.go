package rules

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestActionGates(t *testing.T) {
	needsBash(t)
	var a action
	read(t, "action.yml", &a)
	for _, c := range []struct {
		args, says string
		code       int
	}{
		{"-scenarios norm* -executors waitgroup", "::notice title=Watertight::reference keeps every clause", 0},
		{"-scenarios partial-success -executors errgroup -after errgroup", "::error file=executor/exhibits/errgroup.go,line=", 1},
		{"-scenarios nosuch", `unknown scenario "nosuch"`, 2},
	} {
		r := newRunner(t, a, map[string]string{"args": c.args, "out": filepath.Join(t.TempDir(), "report"), "race": "false"})
		code, said := r.all(t, a)
		require.Equal(t, c.code, code, said)
		require.Contains(t, said, c.says)
		output, err := os.ReadFile(r.output)
		require.NoError(t, err)
		require.Regexp(t, `(?m)^exit-code=\d$`, string(output))
		if c.code == 2 {
			require.NoFileExists(t, r.summary)
			continue
		}
		summary, err := os.ReadFile(r.summary)
		require.NoError(t, err)
		require.True(t, strings.HasPrefix(string(summary), "# Watertight\n"))
		require.FileExists(t, filepath.Join(r.inputs["out"], "report.sarif"))
	}
}

// With a baseline the action measures what is in it, and holds the run to it for the
// executor that it has, whatever the others break. Times are not in this one: what is
// measured while other tests run is no measure.
func TestActionHoldsToABaseline(t *testing.T) {
	needsBash(t)
	var a action
	read(t, "action.yml", &a)
	out := filepath.Join(t.TempDir(), "report")
	base := filepath.Join(t.TempDir(), "base.json")
	accept := exec.Command("go", "run", "./cmd/stress", "baseline", "-o", base, "-measure", "cells,costs", "-scenarios", "partial-success")
	accept.Dir = filepath.Join("..", "..")
	text, err := accept.CombinedOutput()
	require.NoError(t, err, "%s", text)

	inputs := map[string]string{"args": "-scenarios partial-success -before errgroup -executors errgroup", "baseline": base, "out": out, "race": "false"}
	r := newRunner(t, a, inputs)
	code, said := r.all(t, a)
	require.Zero(t, code, said)
	require.Contains(t, said, "Gate against")
	require.Contains(t, said, "reference/agents=5/allocs")
	require.NotContains(t, said, "missing")

	// What is left of an earlier run is not this one's.
	inputs["args"] = "-scenarios nosuch"
	r = newRunner(t, a, inputs)
	code, said = r.all(t, a)
	require.Equal(t, 2, code, said)
	require.NotContains(t, said, "::notice")
	require.NoFileExists(t, r.summary)
}

// Paths are told from the workspace, where other actions look.
func TestActionTellsPathsFromTheWorkspace(t *testing.T) {
	needsBash(t)
	var a action
	read(t, "action.yml", &a)
	for out, want := range map[string]string{"x/y": "sub/x/y/", "/x/y": "/x/y/"} {
		r := newRunner(t, a, map[string]string{"working-directory": "sub", "out": out})
		fake := filepath.Join(r.temp, "watertight", "stress")
		require.NoError(t, os.MkdirAll(filepath.Dir(fake), 0o755))
		require.NoError(t, os.WriteFile(fake, []byte("#!/bin/sh\n"), 0o755))
		for _, s := range a.Runs.Steps {
			if s.Name == "Run" {
				code, said := r.run(t, s)
				require.Zero(t, code, said)
			}
		}
		output, err := os.ReadFile(r.output)
		require.NoError(t, err)
		require.Contains(t, string(output), "report="+want+"report.json\n")
		require.Contains(t, string(output), "sarif="+want+"report.sarif\n")
	}
}
