package rules

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// TestKubernetesJobOfTheDocuments starts the manifest's command as a container
// would, with a program in place of stress that prints its arguments. All YAML
// blocks of the documents are read.
func TestKubernetesJobOfTheDocuments(t *testing.T) {
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
	for _, b := range blocks(t, "yaml") {
		var any any
		require.NoError(t, yaml.Unmarshal([]byte(b.text), &any), b)
		if strings.Contains(b.text, "kind: Job") {
			require.NoError(t, yaml.Unmarshal([]byte(b.text), &job))
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
