package stress

import (
	"net"
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
		// Scripts find that another program listens there.
		taken, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		e.Defer(func() { _ = taken.Close() })
		e.Setenv("TAKEN", taken.Addr().String())
		e.Setenv("GOCACHE", strings.TrimSpace(string(cache)))
		return nil
	}})
}
