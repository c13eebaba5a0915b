package child

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"
)

// Exit codes of a child: its parent is gone or does not need it any more, or it
// could not do what it was asked to.
const (
	goneExit    = 3
	troubleExit = 4
)

// The standard streams as they were when the process started: code in a test may
// replace them.
var stdin, stdout = os.Stdin, os.Stdout

// Lifeline ends this process when its parent does, and on Unix everything in its
// process group. Call it first thing in a child that Run started, with the
// deadline in its Spec, which is needed where no signal can ask for stacks. The
// process must not read its standard input.
func Lifeline(deadline time.Duration) {
	watchdog(deadline)
	LifelineWith(func() {})
}

// LifelineWith is Lifeline without a deadline. It calls last before this process ends.
func LifelineWith(last func()) {
	go func() {
		_, _ = io.Copy(io.Discard, stdin)
		last()
		leave()
	}()
}

// leave ends this process and its group.
func leave() {
	killOwnGroup()
	os.Exit(goneExit)
}

// Serve does the jobs of the parent's Worker, one after the other, on the calling
// goroutine, and does not return: the process ends when the parent stops the
// worker or is gone. do gets a job as the parent marshalled it. What it returns
// is marshalled for the parent; an error ends the process, and the parent sees it
// die.
//
// In a test binary call it from the test that the parent asks for with TestArgs.
// Clean-ups of the tests around it do not run.
func Serve(do func(job json.RawMessage) (reply any, err error)) {
	mark := os.Getenv(markVariable)
	// Processes that the jobs start are no workers.
	_ = os.Unsetenv(markVariable)
	lines := make(chan []byte)
	go func() {
		for in := bufio.NewReader(stdin); ; {
			line, err := in.ReadBytes('\n')
			if err != nil {
				leave()
			}
			lines <- line
		}
	}()
	fmt.Fprintf(stdout, "\n%s\n", mark)
	for line := range lines {
		if err := serveOne(line, do); err != nil {
			fmt.Fprintf(os.Stderr, "child: %v\n", err)
			os.Exit(troubleExit)
		}
		fmt.Fprintf(stdout, "\n%s\n", mark)
	}
}

func serveOne(line []byte, do func(json.RawMessage) (any, error)) error {
	var o order
	if err := json.Unmarshal(line, &o); err != nil {
		return fmt.Errorf("job: %w", err)
	}
	defer watchdog(o.Deadline)()
	reply, err := do(o.Job)
	if err != nil {
		return err
	}
	data, err := json.Marshal(reply)
	if err != nil {
		return fmt.Errorf("reply: %w", err)
	}
	return os.WriteFile(o.Reply, data, 0o600)
}
