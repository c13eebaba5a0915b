package stress

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestScripts(t *testing.T) {
	// The scripts find the profiles that programs of several Go versions wrote.
	profiles, err := filepath.Abs(filepath.Join("..", "profiles", "testdata"))
	if err != nil {
		t.Fatal(err)
	}
	// Scripts that run the tests of a module build with the cache of this user.
	cache, err := exec.Command("go", "env", "GOCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{Dir: "testdata", RequireExplicitExec: true, Setup: func(e *testscript.Env) error {
		e.Setenv("PROFILES", profiles)
		e.Setenv("GOCACHE", strings.TrimSpace(string(cache)))
		return nil
	}})
}
