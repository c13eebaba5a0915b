package rules

import (
	"bytes"
	"context"
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
	// dir is where steps run, and path is the folder of the action.
	dir, path, temp, output, summary string
	inputs                           map[string]string
}

func newRunner(t *testing.T, a action, inputs map[string]string) *runner {
	root, err := filepath.Abs(filepath.Join("..", ".."))
	require.NoError(t, err)
	temp := t.TempDir()
	r := &runner{dir: root, path: root, temp: temp, output: filepath.Join(temp, "output"), summary: filepath.Join(temp, "summary"), inputs: map[string]string{}}
	for name, in := range a.Inputs {
		if r.inputs[name] = in.Default; strings.Contains(in.Default, "${{") {
			r.inputs[name] = "" // as where GitHub knows of no such thing, like a pull request
		}
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
	cmd.Dir = r.dir
	cmd.Env = append(os.Environ(), "RUNNER_TEMP="+r.temp, "GITHUB_ACTION_PATH="+r.path, "GITHUB_OUTPUT="+r.output, "GITHUB_STEP_SUMMARY="+r.summary)
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
