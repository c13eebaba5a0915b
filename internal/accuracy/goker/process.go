package goker

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"github.com/watertight-go/watertight/internal/accuracy/goker/witness"
)

// runOne runs a kernel in a process of its own. An error is in the answer's
// Trouble.
func runOne(ctx context.Context, exe, file string, k Kernel, who string) witness.Answer {
	ctx, cancel := context.WithTimeout(ctx, runTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, exe, k.Name)
	// As Go's own test does.
	cmd.Env = append(os.Environ(), "GODEBUG=asyncpreemptoff=1", witness.WhoEnv+"="+who, witness.AnswerEnv+"="+file)
	if !k.Flaky {
		cmd.Env = append(cmd.Env, "GOMAXPROCS=1")
	}
	var trouble bytes.Buffer
	cmd.Stderr = &trouble
	err := cmd.Run()
	defer os.Remove(file)
	data, readErr := os.ReadFile(file)
	var a witness.Answer
	switch {
	case err != nil:
		first, _, _ := strings.Cut(strings.TrimSpace(trouble.String()), "\n")
		return witness.Answer{Trouble: fmt.Sprintf("the kernel's process ended badly: %v: %s", err, first)}
	case readErr != nil:
		return witness.Answer{Trouble: readErr.Error()}
	}
	if err := json.Unmarshal(data, &a); err != nil {
		return witness.Answer{Trouble: err.Error()}
	}
	return a
}
