package goker

import (
	"context"
	"encoding/json"
	"os"

	"github.com/watertight-go/watertight/internal/accuracy/goker/witness"
	"github.com/watertight-go/watertight/internal/child"
)

// runOne runs a kernel in a process of its own. An error is in the answer's
// Trouble.
func runOne(ctx context.Context, exe, file string, k Kernel, who string) witness.Answer {
	s := child.Spec{Program: exe, Args: []string{k.Name}, Deadline: runTimeout}
	// As Go's own test does.
	s.Env = []string{"GODEBUG=asyncpreemptoff=1", witness.WhoEnv + "=" + who, witness.AnswerEnv + "=" + file}
	if !k.Flaky {
		s.Env = append(s.Env, "GOMAXPROCS=1")
	}
	defer os.Remove(file)
	end, err := child.Run(ctx, s)
	switch {
	case err != nil:
		return witness.Answer{Trouble: err.Error()}
	case !end.OK():
		return witness.Answer{Trouble: "the kernel's process ended badly: " + end.Crash(0).Message}
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return witness.Answer{Trouble: err.Error()}
	}
	var a witness.Answer
	if err := json.Unmarshal(data, &a); err != nil {
		return witness.Answer{Trouble: err.Error()}
	}
	return a
}
