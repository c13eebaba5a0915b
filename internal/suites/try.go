package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/watertight-go/watertight/suite"
)

// result is what one module showed.
type result struct {
	module  module
	checked suite.Observation
	plain   plain
	// planted is nil where nothing was planted.
	planted *suite.Observation
}

// timeout bounds the tests of a package.
const timeout = "-timeout=3m"

// try runs a module's tests plain, under a check, and with planted leaks.
func try(ctx context.Context, m module, dir string) (result, error) {
	where, err := fetch(ctx, m, dir)
	if err != nil {
		return result{}, err
	}
	defer os.RemoveAll(where)
	r := result{module: m}
	if r.plain, err = runPlain(ctx, where); err != nil {
		return result{}, err
	}
	if r.checked, err = suite.Run(ctx, suite.Options{Dir: where, Flags: []string{timeout}}, os.Stderr); err != nil {
		return result{}, err
	}
	if m.Planted {
		planted, err := suite.Run(ctx, suite.Options{Dir: where, Flags: []string{timeout}, Defect: true, Confirm: -1}, os.Stderr)
		if err != nil {
			return result{}, err
		}
		r.planted = &planted
	}
	return r, nil
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

// plain is what the tests did without a check.
type plain struct {
	// outcomes are those of top-level tests, by package and test.
	outcomes map[suite.TestName]suite.Outcome
	cpu      time.Duration
	elapsed  time.Duration
}

// runPlain runs go test.
func runPlain(ctx context.Context, dir string) (plain, error) {
	p := plain{outcomes: map[suite.TestName]suite.Outcome{}}
	start := time.Now()
	cmd := exec.CommandContext(ctx, "go", "test", "-json", "-vet=off", "-count=1", timeout, "./...")
	cmd.Dir = dir
	out, err := cmd.Output() // tests may fail
	if cmd.ProcessState == nil {
		return plain{}, fmt.Errorf("go test: %w", err)
	}
	p.elapsed, p.cpu = time.Since(start), cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime()
	for line := range strings.Lines(string(out)) {
		var e struct{ Action, Package, Test string }
		if json.Unmarshal([]byte(line), &e) != nil || e.Test == "" || strings.Contains(e.Test, "/") {
			continue
		}
		switch o := suite.Outcome(e.Action); o {
		case suite.Passed, suite.Failed, suite.Skipped:
			p.outcomes[suite.TestName{Package: e.Package, Test: e.Test}] = o
		}
	}
	return p, nil
}
