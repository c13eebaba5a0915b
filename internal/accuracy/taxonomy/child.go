package taxonomy

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak"
)

// The environment of a case's process.
const (
	caseEnv   = "WATERTIGHT_CASE"
	judgeEnv  = "WATERTIGHT_JUDGE"
	answerEnv = "WATERTIGHT_CASE_ANSWER"
)

// Child runs a case and exits, where this process was started for one. A
// program that calls Run calls it first in its main function or TestMain.
func Child() {
	if os.Getenv(sleeperEnv) != "" {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}
	name := os.Getenv(caseEnv)
	if name == "" {
		return
	}
	a := &Answer{Judge: Judge(os.Getenv(judgeEnv))}
	file := os.Getenv(answerEnv)
	// Programs that a case starts run no case.
	if err := errors.Join(os.Unsetenv(caseEnv), os.Unsetenv(judgeEnv), os.Unsetenv(answerEnv)); err != nil {
		a.Trouble = err.Error()
	}
	for _, c := range Cases() {
		if c.Name == name {
			c.main(a, file)
		}
	}
	a.Trouble = fmt.Sprintf("got case %q, want one of the table", name)
	a.write(file)
	os.Exit(2)
}

// main runs the case as package testing runs a test, writes the answer and
// exits. The answer is complete when the test and its cleanups have ended.
func (c Case) main(a *Answer, file string) {
	if a.Judge == Check {
		c.mainVerified(a, file)
	}
	runTests(func(t *testing.T) {
		c.before(t)
		c.testAndWrite(t, a, file)
	})
}

// mainVerified is main under leak.VerifyTestMain, which ends the process after
// the tests. So does testing.Main, the only way to run tests in a program that
// go test did not build: the tests stand still when they have ended, for the
// other to look.
func (c Case) mainVerified(a *Answer, file string) {
	m := tests{begin: make(chan struct{}), ended: make(chan struct{})}
	ready := make(chan struct{})
	go runTests(func(t *testing.T) {
		c.before(t)
		close(ready)
		<-m.begin
		c.testAndWrite(t, a, file)
		close(m.ended)
		select {}
	})
	<-ready
	leak.VerifyTestMain(m)
}

// tests are the tests of the program, as leak.VerifyTestMain knows them.
type tests struct{ begin, ended chan struct{} }

func (m tests) Run() int {
	close(m.begin)
	<-m.ended
	return 0
}

func runTests(f func(t *testing.T)) {
	// A case and its sibling run in parallel on one processor too.
	testing.Init()
	if err := flag.Set("test.parallel", "2"); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	all := func(string, string) (bool, error) { return true, nil }
	testing.Main(all, []testing.InternalTest{{Name: "Test", F: f}}, nil, nil)
}

func (c Case) testAndWrite(t *testing.T, a *Answer, file string) {
	if !t.Run(c.Name, func(t *testing.T) { c.test(t, a) }) {
		a.Trouble = "the case itself failed"
	}
	a.write(file)
}

func (a *Answer) write(file string) {
	data, err := json.Marshal(a)
	if err == nil {
		err = os.WriteFile(file, data, 0o600)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
}

// before makes what was there before, in a goroutine that is not the test's.
func (c Case) before(t *testing.T) {
	if c.Before == nil {
		return
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		c.Before(t)
	}()
	<-done
	time.Sleep(20 * time.Millisecond) // for all of it to stand still
}

// test is the whole test: the case beside its sibling, if it has one.
func (c Case) test(t *testing.T, a *Answer) {
	if c.Sibling == nil {
		c.judge(t, a)
		return
	}
	t.Run("group", func(t *testing.T) {
		t.Run("case", func(t *testing.T) {
			t.Parallel()
			c.judge(t, a)
		})
		t.Run("sibling", func(t *testing.T) {
			t.Parallel()
			if a.Judge == Check {
				leak.Check(&recorder{T: t, answer: &Answer{}})
			}
			c.Sibling(t)
		})
	})
}
