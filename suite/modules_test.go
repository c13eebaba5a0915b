package suite

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// Each module of a workspace gets the check, also one whose path has no dot.
func TestWorkspace(t *testing.T) {
	obs := runModule(t, "work", Options{Packages: []string{"app", "example.com/lib/..."}})
	require.Equal(t, map[string]string{
		"app TestLeaks": "pass leaks",
		"example.com/lib/sub/internal/deep TestLeaks": "pass leaks",
	}, outcomes(obs))
}

// A vendored module is built of what it has vendored, and with -mod and -modfile of
// something else.
func TestVendored(t *testing.T) {
	obs := runModule(t, "vendored", Options{})
	require.Equal(t, map[string]string{"example.com/vendored TestLeaks": "pass leaks"}, outcomes(obs))
	obs = runModule(t, "vendored", Options{Flags: []string{"-mod=mod", "-modfile=other.mod"}})
	require.Equal(t, map[string]string{"example.com/vendored TestLeaks": "pass"}, outcomes(obs))
}

// A module may use package leak or goleak itself, which see nothing of the check.
func TestCheckedAlready(t *testing.T) {
	leak, err := filepath.Abs("../leak")
	require.NoError(t, err)
	mod, err := os.ReadFile("../go.mod")
	require.NoError(t, err)
	sum, err := os.ReadFile("../go.sum")
	require.NoError(t, err)
	goleak := regexp.MustCompile(`go\.uber\.org/goleak (v\S+)`).FindSubmatch(mod)
	require.NotNil(t, goleak)
	obs := runModule(t, "checked", Options{Packages: []string{"./own", "./goleak"}}, "LEAK", leak, "GOLEAK", string(goleak[1]), "go.sum", string(sum))
	require.Equal(t, map[string]string{
		"example.com/checked/own TestClean":          "pass",
		"example.com/checked/own TestLeaks":          "fail leaks",
		"example.com/checked/own TestLeaksUnchecked": "pass leaks",
		"example.com/checked/goleak TestClean":       "pass",
		"example.com/checked/goleak TestParallel":    "pass",
	}, outcomes(obs))
}
