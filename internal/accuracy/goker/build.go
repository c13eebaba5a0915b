package goker

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const (
	module  = "github.com/watertight-go/watertight"
	here    = "internal/accuracy/goker"
	standIn = module + "/" + here + "/witness"
	// place is the folder of the kernels as the go command sees it. The folder
	// does not exist: an overlay puts the files of GOROOT there.
	place = here + "/kernels"
)

// goEnv returns the GOROOT of the Go that builds, and the root folder of the
// module that dir is in.
func goEnv(ctx context.Context, dir string) (goroot, root string, err error) {
	out, err := command(ctx, dir, "go", "env", "GOROOT", "GOMOD")
	if err != nil {
		return "", "", err
	}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) != 2 || filepath.Base(lines[1]) != "go.mod" {
		return "", "", fmt.Errorf("goker: go env: got %q, want GOROOT and the go.mod of %s", out, module)
	}
	return strings.TrimSpace(lines[0]), filepath.Dir(strings.TrimSpace(lines[1])), nil
}

// build compiles the kernels of goroot into the file exe. In their sources it
// replaces the import of runtime/pprof by the witness, and changes nothing else.
// root is the module's folder; the changed sources are written to temp.
func build(ctx context.Context, goroot, root, temp, exe string) error {
	files, err := filepath.Glob(filepath.Join(goroot, kernelsDir, "*.go"))
	if err != nil {
		return fmt.Errorf("goker: build: %w", err)
	}
	overlay := struct{ Replace map[string]string }{map[string]string{}}
	swapped := 0
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			return fmt.Errorf("goker: build: %w", err)
		}
		before := []byte("\t\"runtime/pprof\"\n")
		swapped += bytes.Count(source, before)
		source = bytes.ReplaceAll(source, before, []byte("\tpprof \""+standIn+"\"\n"))
		copied := filepath.Join(temp, filepath.Base(file))
		if err := os.WriteFile(copied, source, 0o600); err != nil {
			return fmt.Errorf("goker: build: %w", err)
		}
		overlay.Replace[filepath.Join(root, place, filepath.Base(file))] = copied
	}
	if swapped == 0 {
		return errors.New("goker: build: got no kernel that imports runtime/pprof, want all of them")
	}
	data, err := json.Marshal(overlay)
	if err != nil {
		return fmt.Errorf("goker: build: %w", err)
	}
	plan := filepath.Join(temp, "overlay.json")
	if err := os.WriteFile(plan, data, 0o600); err != nil {
		return fmt.Errorf("goker: build: %w", err)
	}
	_, err = command(ctx, root, "go", "build", "-overlay", plan, "-o", exe, "./"+place)
	return err
}

// command runs a command in dir and returns what it prints.
func command(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Dir = dir
	var trouble bytes.Buffer
	cmd.Stderr = &trouble
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("goker: %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(trouble.String()))
	}
	return string(out), nil
}
