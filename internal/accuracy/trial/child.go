package trial

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/watertight-go/watertight/internal/accuracy/taxonomy"
	"github.com/watertight-go/watertight/leak"
)

// Child runs a case and exits, if this process was started by Run. Otherwise it
// returns at once.
func Child() {
	taxonomy.SleepIfAsked()
	name := os.Getenv(caseEnv)
	if name == "" {
		return
	}
	a := &Answer{Checker: Checker(os.Getenv(checkerEnv))}
	file := os.Getenv(answerEnv)
	// Programs that a case starts must not run a case.
	if err := errors.Join(os.Unsetenv(caseEnv), os.Unsetenv(checkerEnv), os.Unsetenv(answerEnv)); err != nil {
		a.Trouble = err.Error()
	}
	for _, c := range taxonomy.Cases() {
		if c.Name == name {
			child{c, a, file}.main()
		}
	}
	a.Trouble = fmt.Sprintf("trial: got case %q, want one of the table", name)
	a.write(file)
	os.Exit(2)
}

// child is a process that runs one case under one checker.
type child struct {
	taxonomy.Case
	answer *Answer
	file   string
}

// main runs the case as package testing runs a test, writes the answer and
// exits. The answer is complete when the test and its cleanups have ended.
func (c child) main() {
	if c.answer.Checker == Check {
		c.mainVerified()
	}
	runTests(func(t *testing.T) {
		c.before(t)
		c.testAndWrite(t)
	})
}

// mainVerified is main under leak.VerifyTestMain. Both VerifyTestMain and
// testing.Main end the process after the tests, and testing.Main is the only way
// to run tests in a program that go test did not build. So the test does not
// return when it has ended: VerifyTestMain checks, and ends the process.
func (c child) mainVerified() {
	m := tests{begin: make(chan struct{}), ended: make(chan struct{})}
	ready := make(chan struct{})
	go runTests(func(t *testing.T) {
		c.before(t)
		close(ready)
		<-m.begin
		c.testAndWrite(t)
		close(m.ended)
		<-forever
	})
	<-ready
	leak.VerifyTestMain(m)
}

// forever is held here, so that the goroutine that waits for it is not proven to be
// stuck: package leak cannot tell timers from other channels beside one that is.
var forever = make(chan struct{})

// tests are the tests of the program, as leak.VerifyTestMain takes them.
type tests struct{ begin, ended chan struct{} }

func (m tests) Run() int {
	close(m.begin)
	<-m.ended
	return 0
}

func runTests(f func(t *testing.T)) {
	// A case and its sibling run in parallel on one processor, too.
	testing.Init()
	if err := flag.Set("test.parallel", "2"); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	all := func(string, string) (bool, error) { return true, nil }
	testing.Main(all, []testing.InternalTest{{Name: "Test", F: f}}, nil, nil)
}

func (c child) testAndWrite(t *testing.T) {
	if !t.Run(c.Name, c.test) {
		c.answer.Trouble = "the case itself failed"
	}
	c.answer.write(c.file)
}

// before runs the case's Before in a goroutine that does not belong to the test.
func (c child) before(t *testing.T) {
	if c.Before == nil {
		return
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		c.Before(t)
	}()
	<-done
	time.Sleep(20 * time.Millisecond) // until what it started is blocked
}

// test is the whole test: the case, beside its sibling if it has one.
func (c child) test(t *testing.T) {
	if c.Tree != nil {
		c.Tree(t, c.judge, c.acquit)
		return
	}
	if c.Sibling == nil {
		underChecker(t, c.Case, c.answer)
		return
	}
	t.Run("group", func(t *testing.T) {
		t.Run("case", func(t *testing.T) {
			t.Parallel()
			underChecker(t, c.Case, c.answer)
		})
		t.Run("sibling", func(t *testing.T) {
			t.Parallel()
			if c.answer.Checker == Check {
				leak.Check(&recorder{T: t, answer: &Answer{}})
			}
			c.Sibling(t)
		})
	})
}

// judge asks the checker about the calling test of a tree.
func (c child) judge(t testing.TB) {
	if c.answer.Checker == Check {
		leak.Check(&recorder{T: t.(*testing.T), answer: c.answer})
		return
	}
	goleakAtEnd(t.(*testing.T), c.answer)
}

// acquit checks the calling test of a tree, which must not be accused.
func (c child) acquit(t testing.TB) {
	if c.answer.Checker != Check {
		return
	}
	other := &Answer{}
	t.Cleanup(func() {
		if other.Accused || other.Trouble != "" {
			c.answer.Trouble = "another test was accused: " + other.Text + other.Trouble
		}
	})
	leak.Check(&recorder{T: t.(*testing.T), answer: other})
}
