package scenariotest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/watertight-go/watertight/scenarios"
)

// deadline is how long a cell may take in a child, which then ends itself with
// all stacks; where that fails it is killed. reach is how long the child may
// take to come to the call of Test: TestMain and what stands before it run again.
const (
	deadline = 40 * time.Second
	killed   = deadline + 5*time.Second
	reach    = 2 * time.Minute
)

// job is what the parent asks of a child, one line of JSON each on its standard
// input. The end of that input is the end of the child.
type job struct {
	Scenario string `json:"scenario"`
	// Real asks for the machine's clock where virtual time would do.
	Real bool `json:"real,omitempty"`
	// URL is the faulty server's.
	URL string `json:"url,omitempty"`
	// Reply is the file for the reply.
	Reply string `json:"reply"`
}

// reply is the child's answer to a job.
type reply struct {
	Observation scenarios.Observation `json:"observation"`
	// Stalled says that virtual time stood still, so that nothing was observed.
	Stalled bool `json:"stalled,omitempty"`
	// Soiled says that something was left in the process, which should not run
	// another cell.
	Soiled bool `json:"soiled,omitempty"`
	// Raced says that the race detector has reported something since the call of
	// Test was reached, whatever became of the report.
	Raced bool `json:"raced,omitempty"`
	// Trouble is why the harness could not look.
	Trouble string `json:"trouble,omitempty"`
}

// child is a process that runs cells: this test binary, asked for the same test
// again, in which the same call of Test serves.
type child struct {
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	output *output
	dir    string
	jobs   int
	exited chan struct{}
}

// startChild returns a child that has come to the call of Test.
func startChild(test string, ordinal int) (*child, error) {
	path, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this test binary: %w", err)
	}
	dir, err := os.MkdirTemp("", "scenariotest")
	if err != nil {
		return nil, err
	}
	c := &child{dir: dir, output: newOutput(), exited: make(chan struct{})}
	c.cmd = exec.Command(path, arguments(os.Args[1:], test)...)
	c.cmd.Dir = startedIn
	c.cmd.Env = append(os.Environ(), callVariable+"="+call{test, ordinal, c.output.mark}.encode(),
		// What stands before the call may make folders, whose clean-up the child
		// does not come to.
		"TMPDIR="+dir, "TMP="+dir, "TEMP="+dir,
		// Everything that could race has ended by then, and 1 s a process is much.
		// The user's log_path would take the reports elsewhere, and halt_on_error
		// make a crash of a race; the last setting of each wins.
		"GORACE="+os.Getenv("GORACE")+" atexit_sleep_ms=10 log_path=stderr halt_on_error=0")
	c.cmd.Stdout, c.cmd.Stderr = c.output, c.output
	c.cmd.WaitDelay = time.Second
	if c.stdin, err = c.cmd.StdinPipe(); err == nil {
		err = c.cmd.Start()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("run %s again as a child: %w (with go test -exec, run the binary itself, or use scenariotest.InProcess)", path, err), os.RemoveAll(dir))
	}
	go func() {
		_ = c.cmd.Wait() // its end is in ProcessState
		close(c.exited)
	}()
	if !c.await(reach) {
		c.stop()
		return nil, fmt.Errorf("the child process %s did not come to this call of Test; TestMain and what stands before the call run again in it. It wrote:\n%s",
			c.cmd.ProcessState, scenarios.CutText(c.output.recent(), 4<<10))
	}
	return c, nil
}

// await waits for the child's next mark; false where it ended or d passed first.
func (c *child) await(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-c.output.marks:
		return true
	case <-c.exited:
		select {
		case <-c.output.marks: // it came just before
			return true
		default:
			return false
		}
	case <-timer.C:
		return false
	}
}

// ask runs one cell. The death of the child is an observation, an error is none.
func (c *child) ask(j job) (reply, *scenarios.Crash, error) {
	c.jobs++
	j.Reply = filepath.Join(c.dir, strconv.Itoa(c.jobs)+".json")
	line, err := json.Marshal(j)
	if err != nil {
		return reply{}, nil, err
	}
	began := time.Now()
	c.output.forget()
	if _, err := c.stdin.Write(append(line, '\n')); err != nil && !c.ended() {
		<-c.exited // a pipe that nobody reads: it is on its way out
	}
	if !c.await(killed) {
		c.stop()
		return reply{}, c.death(began), nil
	}
	data, err := os.ReadFile(j.Reply)
	if err != nil {
		return reply{}, nil, fmt.Errorf("scenario %s: the child's reply: %w", j.Scenario, err)
	}
	var r reply
	if err := json.Unmarshal(data, &r); err != nil {
		return reply{}, nil, fmt.Errorf("scenario %s: the child's reply: %w", j.Scenario, err)
	}
	return r, nil, nil
}

func (c *child) ended() bool {
	select {
	case <-c.exited:
		return true
	default:
		return false
	}
}

// stop ends the child, which ends itself when its standard input does, and
// waits until it is gone.
func (c *child) stop() {
	_ = c.stdin.Close()
	timer := time.NewTimer(time.Second)
	defer timer.Stop()
	select {
	case <-c.exited:
	case <-timer.C:
		_ = c.cmd.Process.Kill()
		<-c.exited
	}
	_ = os.RemoveAll(c.dir)
}

// death reads the end of a child that left no reply.
func (c *child) death(began time.Time) *scenarios.Crash {
	text := c.output.recent()
	crash := scenarios.Death(text, c.cmd.ProcessState)
	if time.Since(began) >= killed || strings.HasPrefix(crash.Message, "panic: "+overdue) {
		crash.Kind = "deadline"
	}
	return crash
}
