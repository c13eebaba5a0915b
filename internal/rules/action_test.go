package rules

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// step is a step of an action or a workflow.
type step struct {
	Name string            `yaml:"name"`
	ID   string            `yaml:"id"`
	Run  string            `yaml:"run"`
	Uses string            `yaml:"uses"`
	Env  map[string]string `yaml:"env"`
}

type action struct {
	Inputs map[string]struct {
		Default string `yaml:"default"`
	} `yaml:"inputs"`
	Runs struct {
		Steps []step `yaml:"steps"`
	} `yaml:"runs"`
}

type workflow struct {
	Jobs map[string]struct {
		Env   map[string]string `yaml:"env"`
		Steps []step            `yaml:"steps"`
	} `yaml:"jobs"`
}

func read(t *testing.T, name string, into any) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(name)))
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(data, into), name)
}

var input = regexp.MustCompile(`^\$\{\{ inputs\.([a-z-]+) \}\}$`)

// runner runs shell steps as the runner does: bash -e, outputs in files.
type runner struct {
	root, temp, output, summary string
	inputs                      map[string]string
}

func newRunner(t *testing.T, a action, inputs map[string]string) *runner {
	root, err := filepath.Abs(filepath.Join("..", ".."))
	require.NoError(t, err)
	temp := t.TempDir()
	r := &runner{root: root, temp: temp, output: filepath.Join(temp, "output"), summary: filepath.Join(temp, "summary"), inputs: map[string]string{}}
	for name, in := range a.Inputs {
		r.inputs[name] = in.Default
	}
	for name, value := range inputs {
		require.Contains(t, r.inputs, name)
		r.inputs[name] = value
	}
	return r
}

// run gives the step's exit code and what it printed.
func (r *runner) run(t *testing.T, s step) (code int, said string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", s.Run)
	cmd.Dir = r.root
	cmd.Env = append(os.Environ(), "RUNNER_TEMP="+r.temp, "GITHUB_OUTPUT="+r.output, "GITHUB_STEP_SUMMARY="+r.summary)
	for name, value := range s.Env {
		if m := input.FindStringSubmatch(value); m != nil {
			value = r.inputs[m[1]]
		}
		require.NotContains(t, value, "${{", "%s of step %s is no plain input", name, s.Name)
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	var both bytes.Buffer
	cmd.Stdout, cmd.Stderr = &both, &both
	if err := cmd.Run(); err != nil {
		require.ErrorAs(t, err, new(*exec.ExitError), "%s", both.String())
	}
	return cmd.ProcessState.ExitCode(), both.String()
}

func (r *runner) all(t *testing.T, a action) (code int, said string) {
	for _, s := range a.Runs.Steps {
		if s.Run == "" {
			continue
		}
		var text string
		code, text = r.run(t, s)
		said += text
		if code != 0 {
			return code, said
		}
	}
	return code, said
}

func needsBash(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil || runtime.GOOS == "windows" {
		t.Skip("no bash here: the steps of the action are not run")
	}
}

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
		{"-scenarios nosuch", "matches none of", 2},
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

// Whoever can name a branch or an input must not be able to write shell.
func TestNoExpressionIsPastedIntoShell(t *testing.T) {
	var a action
	read(t, "action.yml", &a)
	var w workflow
	read(t, ".github/workflows/ci.yml", &w)
	steps := a.Runs.Steps
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
	require.Greater(t, shell, 3)
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

// TestJobOfTheReadme starts the manifest's command as a container would, with a
// program that tells its arguments in the place of stress.
func TestJobOfTheReadme(t *testing.T) {
	needsBash(t)
	var job struct {
		Kind string `yaml:"kind"`
		Spec struct {
			Completions    int    `yaml:"completions"`
			CompletionMode string `yaml:"completionMode"`
			Template       struct {
				Spec struct {
					Containers []struct {
						Command []string `yaml:"command"`
						Args    []string `yaml:"args"`
					} `yaml:"containers"`
				} `yaml:"spec"`
			} `yaml:"template"`
		} `yaml:"spec"`
	}
	for _, block := range regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(readme(t), -1) {
		var any any
		require.NoError(t, yaml.Unmarshal([]byte(block[1]), &any), block[1])
		if strings.Contains(block[1], "kind: Job") {
			require.NoError(t, yaml.Unmarshal([]byte(block[1]), &job))
		}
	}
	require.Equal(t, "Indexed", job.Spec.CompletionMode)
	bin := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(bin, "stress"), []byte("#!/bin/sh\necho \"$@\"\n"), 0o755))
	c := job.Spec.Template.Spec.Containers[0]
	argv := append(append([]string{}, c.Command...), c.Args...)
	for i := range job.Spec.Completions {
		cmd := exec.Command(argv[0], argv[1:]...)
		cmd.Env = []string{"PATH=" + bin + ":" + os.Getenv("PATH"), fmt.Sprintf("JOB_COMPLETION_INDEX=%d", i)}
		said, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", said)
		require.Equal(t, fmt.Sprintf("run -shard %d/%d -out /reports/%d\n", i+1, job.Spec.Completions, i), string(said))
	}
}
