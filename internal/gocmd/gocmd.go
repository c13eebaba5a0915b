// Package gocmd runs the go command and git, and says what they said where they fail.
package gocmd

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
)

// Output runs a command in a folder and returns its standard output. The error is what
// it wrote to standard error. A nil env is the environment of this process.
func Output(ctx context.Context, dir string, env []string, name string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = dir, env
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return out, fmt.Errorf("%s: %s", name, Message(stderr.String(), err))
	}
	return out, nil
}

// List runs go list -json and returns its answers.
func List[T any](ctx context.Context, dir string, env []string, args ...string) (all []T, err error) {
	out, err := Output(ctx, dir, env, "go", append([]string{"list"}, args...)...)
	if err != nil {
		return nil, err
	}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var answer T
		switch err := d.Decode(&answer); {
		case errors.Is(err, io.EOF):
			return all, nil
		case err != nil:
			return nil, fmt.Errorf("go list: read its answer: %w", err)
		}
		all = append(all, answer)
	}
}

// Message is what a command said, or how it ended where it said nothing.
func Message(said string, err error) string {
	if said = strings.TrimSpace(said); said != "" {
		return said
	}
	return err.Error()
}

// BuildFlags are those flags of go test that go list understands as well.
func BuildFlags(flags []string) (some []string) {
	for _, f := range flags {
		name, _, _ := strings.Cut(strings.TrimLeft(f, "-"), "=")
		switch name {
		case "tags", "mod", "modfile", "race", "C":
			some = append(some, f)
		}
	}
	return some
}
