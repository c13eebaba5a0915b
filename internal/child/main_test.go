package child

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/watertight-go/watertight/internal/child/childtest"
)

// The variables that make this test binary something else than a test.
const (
	// actVariable makes it a child that does one job: the act of that name.
	actVariable = "CHILD_TEST_ACT"
	// parentVariable makes it a parent that hands the act of actVariable to a
	// child, in the way of the user of that name.
	parentVariable = "CHILD_TEST_PARENT"
	// pidVariable names the file to which an act writes the numbers of processes.
	pidVariable = "CHILD_TEST_PID"
	// deadlineVariable is the Deadline of the child's Spec.
	deadlineVariable = "CHILD_TEST_DEADLINE"
)

// TestMain is the child's and the parent's main function as well.
func TestMain(m *testing.M) {
	act, asked := os.LookupEnv(actVariable)
	user := os.Getenv(parentVariable)
	_, worker := os.LookupEnv(markVariable)
	switch {
	case user != "":
		_, _ = os.Unsetenv(parentVariable), os.Unsetenv(actVariable)
		os.Exit(beParent(user, act))
	case asked:
		deadline, _ := time.ParseDuration(os.Getenv(deadlineVariable))
		Lifeline(deadline)
		reply, err := do(act)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(troubleExit)
		}
		fmt.Println(reply)
		os.Exit(0)
	case worker:
		Serve(func(job json.RawMessage) (any, error) {
			var act string
			if err := json.Unmarshal(job, &act); err != nil {
				return nil, err
			}
			return do(act)
		})
	}
	goleak.VerifyTestMain(m)
}

// do is what children do, by name.
func do(act string) (reply string, err error) {
	if err := notePid(os.Getpid()); err != nil {
		return "", err
	}
	switch act {
	case "greet":
		fmt.Fprintln(os.Stderr, "hello")
		return "greeting", nil
	case "fail":
		return "", errors.New("planted error")
	case "hang":
		waitForNothing()
	case "exit":
		os.Exit(7)
	case "panic":
		panic("planted")
	case "die-later":
		time.AfterFunc(50*time.Millisecond, func() { os.Exit(7) })
		return "replied", nil
	case "flood":
		flood()
	case "leave": // a process of its own, and goes
		return "left", startSleep()
	case "keep": // a process of its own, and stays
		if err := startSleep(); err != nil {
			return "", err
		}
		waitForNothing()
	case "variables":
		return os.TempDir() + "|" + os.Getenv(markVariable), nil
	}
	return "", fmt.Errorf("got act %q, want one that this program knows", act)
}

// waitForNothing is what the stacks of a child must name.
//
//go:noinline
func waitForNothing() {
	never := make(chan struct{})
	go func() { time.Sleep(time.Hour); close(never) }()
	<-never
}

// startSleep starts a process that holds none of the child's streams.
func startSleep() error {
	cmd := exec.Command("sleep", "1000")
	if err := cmd.Start(); err != nil {
		return err
	}
	return notePid(cmd.Process.Pid)
}

// notePid notes the number of a process for the test.
func notePid(pid int) error {
	if file := os.Getenv(pidVariable); file != "" {
		return childtest.Note(file, pid)
	}
	return nil
}

// race is what the race detector writes of one race.
const race = raceRule + raceBegins + "\nWrite at 0x00c000012345 by goroutine 7:\n  mine.Do()\n" + raceRule

// flood writes some 20 MB, a report of a race in their midst and more of them
// after a crash has begun.
func flood() {
	chatter := strings.Repeat("a line of the executor's log\n", 1<<12)
	write := func(text string) { _, _ = os.Stderr.WriteString(text) }
	write("first line\n")
	for range 100 {
		write(chatter)
	}
	write(race + "panic: after the flood\n\ngoroutine 1 [running]:\n")
	for range 100 {
		write(chatter)
	}
	write("last line\n")
	os.Exit(2)
}
