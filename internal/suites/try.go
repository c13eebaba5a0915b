package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/watertight-go/watertight/suite"
)

// result is what one module showed.
type result struct {
	module  module
	checked suite.Observation
	plain   suite.Observation
	// planted is nil where nothing was planted.
	planted *suite.Observation
}

// timeout bounds the tests of a package.
const timeout = "-timeout=3m"

// try runs a module's tests plain, under a check, and with planted leaks.
func try(ctx context.Context, m module, dir string, opts options) (result, error) {
	where, err := fetch(ctx, m, dir)
	if err != nil {
		return result{}, err
	}
	defer os.RemoveAll(where)
	r := result{module: m}
	run := func(o suite.Options) suite.Observation {
		o.Dir, o.Flags = where, []string{timeout}
		observed, runErr := suite.Run(ctx, o, os.Stderr)
		err = errors.Join(err, runErr)
		return observed
	}
	r.plain = run(suite.Options{Plain: true})
	r.checked = run(suite.Options{})
	if opts.warm {
		again := run(suite.Options{Plain: true})
		r.plain.Elapsed, r.plain.CPU = again.Elapsed, again.CPU
		// Accused tests ran again the first time.
		again = run(suite.Options{Confirm: -1})
		r.checked.Elapsed, r.checked.CPU = again.Elapsed, again.CPU
	}
	if m.Planted {
		planted := run(suite.Options{Defect: true})
		r.planted = &planted
	}
	return r, err
}

// fetch copies a module from the module proxy into a folder where it can be written to.
func fetch(ctx context.Context, m module, dir string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", "mod", "download", "-json", m.Module+"@"+m.Version)
	cmd.Dir = dir // outside of any module
	out, err := cmd.Output()
	var got struct{ Dir, GoMod, Error string }
	if jsonErr := json.Unmarshal(out, &got); jsonErr != nil || got.Error != "" || err != nil {
		return "", fmt.Errorf("go mod download: %s", strings.TrimSpace(got.Error+" "+fmt.Sprint(err)))
	}
	where := filepath.Join(dir, strings.NewReplacer("/", "_", "@", "_").Replace(m.Module))
	if err := os.CopyFS(where, os.DirFS(got.Dir)); err != nil {
		return "", err
	}
	if m.Vendored {
		cmd := exec.CommandContext(ctx, "go", "mod", "vendor")
		cmd.Dir = where
		if out, err := cmd.CombinedOutput(); err != nil {
			return "", fmt.Errorf("go mod vendor: %s", out)
		}
	}
	return where, addGoMod(where, got.GoMod)
}

// addGoMod adds the go.mod that the module proxy made for a module without one.
func addGoMod(where, made string) error {
	file := filepath.Join(where, "go.mod")
	if _, err := os.Stat(file); err == nil {
		return nil
	}
	text, err := os.ReadFile(made)
	if err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o644)
}
