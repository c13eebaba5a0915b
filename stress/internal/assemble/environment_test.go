package assemble

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/exhibits"
)

func TestSourcesFindsRepositoryAndModule(t *testing.T) {
	root := filepath.ToSlash(t.TempDir())
	deep := filepath.Join(root, "sub", "pkg")
	require.NoError(t, os.MkdirAll(deep, 0o755))
	require.NoError(t, os.Mkdir(filepath.Join(root, ".git"), 0o755))
	dir, module, below := sources(deep)
	require.Equal(t, []string{root, "", ""}, []string{dir, module, below})
	require.NoError(t, os.WriteFile(filepath.Join(root, "sub", "go.mod"), []byte("module example.com/m\n"), 0o644))
	dir, module, below = sources(deep)
	require.Equal(t, []string{root, "example.com/m", "sub"}, []string{dir, module, below})
	require.NoError(t, os.Remove(filepath.Join(root, ".git")))
	dir, module, below = sources(deep)
	require.Equal(t, []string{root + "/sub", "example.com/m", ""}, []string{dir, module, below})
}

func TestMadeAtIsTheConstructor(t *testing.T) {
	spec, err := exhibits.Lookup("waitgroup")
	require.NoError(t, err)
	file, line := madeAt(spec)
	require.Equal(t, "waitgroup.go", filepath.Base(file))
	require.Positive(t, line)
	file, _ = madeAt(executor.Spec{New: func(executor.Config) (executor.ParallelExecutor, error) { return nil, nil }})
	require.Equal(t, "environment_test.go", filepath.Base(file))
}

func TestProcessorsName(t *testing.T) {
	file := filepath.Join(t.TempDir(), "cpuinfo")
	require.Empty(t, cpuIn(file))
	for text, want := range map[string]string{
		"processor\t: 0\nmodel name\t: Example 9\n":                    "Example 9",
		"processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n": "implementer 0x41 part 0xd0c",
		"processor\t: 0\n": "",
	} {
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		require.Equal(t, want, cpuIn(file))
	}
}
