package frameworks

import (
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/leak"
)

// C is the test of a runner in the manner of gocheck: it has nothing of package testing, and
// each step runs in a goroutine of its own.
type C struct {
	name     string
	cleanups []func()
	log      strings.Builder
	failed   bool
}

func (c *C) Helper()          {}
func (c *C) Name() string     { return c.name }
func (c *C) Cleanup(f func()) { c.cleanups = append(c.cleanups, f) }

func (c *C) Logf(format string, args ...any) { fmt.Fprintf(&c.log, format+"\n", args...) }

func (c *C) Errorf(format string, args ...any) {
	c.Logf(format, args...)
	c.failed = true
}

func (c *C) Fatalf(format string, args ...any) {
	c.Errorf(format, args...)
	runtime.Goexit()
}

// runMethods runs SetUpTest, one of the Test methods, and the cleanups that there are then, for
// each Test method of a suite.
func runMethods(t *testing.T, suite interface{ SetUpTest(*C) }) {
	v := reflect.ValueOf(suite)
	for i := range v.NumMethod() {
		name := v.Type().Method(i).Name
		if !strings.HasPrefix(name, "Test") {
			continue
		}
		c := &C{name: name}
		step(func() { suite.SetUpTest(c) })
		step(func() { v.Method(i).Call([]reflect.Value{reflect.ValueOf(c)}) })
		cleanups := c.cleanups
		for j := range cleanups {
			step(cleanups[len(cleanups)-1-j])
		}
		t.Run(name, func(t *testing.T) {
			if c.failed {
				t.Error(c.log.String())
			}
		})
	}
}

func step(f func()) {
	done := make(chan bool)
	go func() {
		defer close(done)
		f()
	}()
	<-done
}

type runnerSuite struct{}

func (s *runnerSuite) SetUpTest(c *C) { leak.Check(c) }

func (s *runnerSuite) TestClean(*C)   { work() }
func (s *runnerSuite) TestLeaks(*C)   { startLeak() }
func (s *runnerSuite) TestFatal(c *C) { c.Fatalf("fails by itself") }
func (s *runnerSuite) TestEndsInCleanup(c *C) {
	quit := make(chan bool)
	go func() { <-quit }()
	c.Cleanup(func() { close(quit) })
}

func TestRunnerSuite(t *testing.T) {
	isSuite(t)
	runMethods(t, &runnerSuite{})
}

func TestRunner(t *testing.T) {
	out, code := runSuite(t, "TestRunnerSuite")
	require.Equal(t, 1, code, out)
	for name, result := range map[string]string{"Clean": "PASS", "EndsInCleanup": "PASS", "Leaks": "FAIL", "Fatal": "FAIL"} {
		require.Contains(t, out, "--- "+result+": TestRunnerSuite/Test"+name+" (", out)
	}
	require.Equal(t, 1, strings.Count(out, "goroutine left behind"), out)
}
