package trial

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// runTimeout bounds one process. Rounds may take half a minute.
const runTimeout = 90 * time.Second

// The environment of a process that runs one case under one checker.
const (
	caseEnv    = "WATERTIGHT_CASE"
	checkerEnv = "WATERTIGHT_CHECKER"
	// answerEnv names the file that the process writes its Answer to.
	answerEnv = "WATERTIGHT_CASE_ANSWER"
)

// ask runs one job in a process of its own, and returns the answer from the
// file that the process writes.
func ask(ctx context.Context, exe, file string, j job) Answer {
	ctx, cancel := context.WithTimeout(ctx, runTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, exe)
	cmd.Env = append(os.Environ(), caseEnv+"="+j.outcome.Case.Name, checkerEnv+"="+string(j.checker), answerEnv+"="+file)
	cmd.WaitDelay = time.Second // programs that the case started may hold its output
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	data, readErr := os.ReadFile(file)
	a := Answer{Checker: j.checker}
	if readErr != nil {
		text := strings.TrimSpace(stdout.String() + stderr.String())
		a.Trouble = fmt.Sprintf("the case's process gave no answer: %v: %s", err, text[:min(len(text), 2000)])
		return a
	}
	if err := json.Unmarshal(data, &a); err != nil {
		a.Trouble = err.Error()
	}
	if a.Trouble != "" {
		a.Trouble += "\n" + stdout.String() + stderr.String()
	}
	if j.checker == Check && err != nil {
		a.addAtEnd(stderr.String())
	}
	return a
}

// addAtEnd adds what leak.VerifyTestMain printed after the tests: leaks that no
// single test can be blamed for.
func (a *Answer) addAtEnd(printed string) {
	if !strings.Contains(printed, verifyMark) {
		return
	}
	a.AtEnd = !a.Accused
	a.Accused = true
	a.Text += printed
}

// verifyMark is in every report that leak.VerifyTestMain prints.
const verifyMark = "left behind"

// write stores the answer for the parent process.
func (a *Answer) write(file string) {
	data, err := json.Marshal(a)
	if err == nil {
		err = os.WriteFile(file, data, 0o600)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
}
