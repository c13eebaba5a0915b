package leak_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/leak/internal/require"
)

// TestOutcome: a test that has failed, was skipped or panics is checked as well.
func TestOutcome(t *testing.T) {
	for _, c := range []struct {
		how  string
		says string
	}{
		{"returns", "--- FAIL: TestOutcomeChild"},
		{"fails", "failed already"},
		{"fails now", "failed already"},
		{"is skipped", "skipped"},
		{"panics", "panic: on purpose"},
		{"is in a bubble", "not proven: in a synctest bubble"},
	} {
		t.Run(c.how, func(t *testing.T) {
			if c.how == "is in a bubble" && outcomeInBubble == nil {
				t.Skip("this Go has no testing/synctest")
			}
			t.Parallel()
			out, code := child(t, "TestOutcomeChild", c.how)
			require.NotZero(t, code, out)
			require.Contains(t, out, c.says)
			require.Equal(t, 1, strings.Count(out, "1 goroutine left behind"), out)
			require.Contains(t, out, "leaks_test.go:")
		})
	}
}

// outcomeInBubble is the child's part of "is in a bubble"; nil where this Go has no
// testing/synctest.
var outcomeInBubble func(t *testing.T)

func TestOutcomeChild(t *testing.T) {
	if inChild("") {
		t.Skip("for a child process")
	}
	for how, end := range map[string]func(){
		"returns":    func() {},
		"fails":      func() { t.Error("failed already") },
		"fails now":  func() { t.Fatal("failed already") },
		"is skipped": func() { t.Skip("skipped") },
		"panics":     func() { panic("on purpose") },
	} {
		if inChild(how) {
			leak.Check(t, leak.Options{Settle: brief})
			leakSend(t)
			end()
		}
	}
	if inChild("is in a bubble") {
		outcomeInBubble(t)
	}
}

// TestReportedOnce: not again by the parent, the next test, or VerifyTestMain.
func TestReportedOnce(t *testing.T) {
	t.Parallel()
	out, code := child(t, "TestReportedOnceChild.*", "verify once")
	require.Equal(t, 1, code, out)
	require.Equal(t, 1, strings.Count(out, "left behind"), out)
	for test, outcome := range outcomes(out) {
		require.Equal(t, strings.HasPrefix(test, "TestReportedOnceChild/inner") || test == "TestReportedOnceChild", outcome == "FAIL", "%s: %s", test, outcome)
	}
	require.Contains(t, section(out, "TestReportedOnceChild/inner"), "leaks_test.go:")
}

func TestReportedOnceChild(t *testing.T) {
	if !inChild("verify once") {
		t.Skip("for a child process")
	}
	leak.Check(t)
	t.Run("inner", func(t *testing.T) {
		leak.Check(t, leak.Options{Settle: brief})
		leakSend(t)
	})
	t.Run("after", func(t *testing.T) { leak.Check(t); go func() {}() })
}

func TestReportedOnceChild2(t *testing.T) {
	if !inChild("verify once") {
		t.Skip("for a child process")
	}
	leak.Check(t)
	go func() {}()
}

// TestBystander: a leak of a test without a Check is not that of a parallel test
// with one that began before it and ends after it.
func TestBystander(t *testing.T) {
	t.Parallel()
	out, code := child(t, "TestBystanderChild.*", "verify bystander")
	require.Equal(t, 1, code, out)
	require.Equal(t, map[string]string{"TestBystanderChild": "PASS", "TestBystanderChildLeaks": "PASS"}, outcomes(out), out)
	require.Equal(t, 1, strings.Count(out, "1 goroutine left behind"), out)
	require.Contains(t, out, "after all tests")
	require.Contains(t, out, "leaks_test.go:")
	require.Contains(t, section(out, "TestBystanderChild"), "heap and descriptors not judged: the test ran in parallel")
}

func TestBystanderChild(t *testing.T) {
	if !inChild("verify bystander") {
		t.Skip("for a child process")
	}
	leak.Check(t, leak.Options{Settle: brief, Heap: true})
	t.Parallel()
}

func TestBystanderChildLeaks(t *testing.T) {
	if !inChild("verify bystander") {
		t.Skip("for a child process")
	}
	leakSend(nil)
}

var (
	outcomeLine = regexp.MustCompile(`(?m)^ *--- (PASS|FAIL|SKIP): (\S+) \(`)
	sectionLine = regexp.MustCompile(`(?m)^=== (?:NAME|RUN|CONT|PAUSE) +(\S*)$`)
)

// outcomes reads what became of each test from the output of -test.v.
func outcomes(output string) map[string]string {
	got := map[string]string{}
	for _, m := range outcomeLine.FindAllStringSubmatch(output, -1) {
		got[m[2]] = m[1]
	}
	return got
}

// section is what one test has printed.
func section(output, test string) (text string) {
	at := sectionLine.FindAllStringSubmatchIndex(output, -1)
	for i, m := range at {
		end := len(output)
		if i+1 < len(at) {
			end = at[i+1][0]
		}
		if output[m[2]:m[3]] == test {
			text += output[m[1]:end]
		}
	}
	return text
}
