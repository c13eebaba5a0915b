package known

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/suite"
)

// updated is a list's text after an update.
func updated(t *testing.T, l *List, r suite.Result) string {
	t.Helper()
	r, err := l.Update(r, today)
	require.NoError(t, err)
	require.Empty(t, r.Failing())
	text, err := os.ReadFile(l.File)
	require.NoError(t, err)
	return string(text)
}

// A file that was not there is written with what is new, which does not count until it
// has a reason.
func TestUpdateMakesFile(t *testing.T) {
	l := &List{File: filepath.Join(t.TempDir(), "leaks.yaml")}
	r := result(test("TestPool", left(finding("m.work", "m.Start"))), test("TestChild", process("/bin/sleep 20")))
	require.Equal(t, heading+`

leaks:
  - package: example.com/m
    tests:
      - TestPool
    entry: m.work
    createdBy: m.Start
    at: pool.go:30
    reason: ""
    until: 2027-02-26

  - package: example.com/m
    tests:
      - TestChild
    program: sleep
    reason: ""
    until: 2027-02-26
`, updated(t, l, r))
	again, err := Load(l.File)
	require.NoError(t, err)
	require.Len(t, again.Judge(r, today).Failing(), 2)
}

// What is fixed goes with its own comments; all other comments stay, and so does what
// people have written otherwise than this program would.
func TestUpdateKeepsComments(t *testing.T) {
	l := list(t, `# Ask the pool team.

leaks:
  # --- pool team ---

  # see #12
  - package: example.com/m # the pool
    tests: [TestPool]
    entry: m.work
    createdBy: m.Start
    # until the rewrite
    reason: 'Close does not wait'
    until: 2027-01-01

  # --- server team ---

  # stays
  - package: example.com/m
    tests: [TestServer, TestGone] # two
    entry: m.serve
    createdBy: m.Listen
    reason: a server
    until: 2027-01-01

# the end
`)
	r := result(test("TestPool", nil), test("TestServer", left(finding("m.serve", "m.Listen"))), test("TestNew", left(finding("m.work", "m.Start"))))
	require.Equal(t, `# Ask the pool team.

leaks:
  # --- pool team ---

  # --- server team ---

  # stays
  - package: example.com/m
    tests: [TestServer, TestGone] # two
    entry: m.serve
    createdBy: m.Listen
    reason: a server
    until: 2027-01-01

  - package: example.com/m
    tests:
      - TestNew
    entry: m.work
    createdBy: m.Start
    at: pool.go:30
    reason: ""
    until: 2027-02-26

# the end
`, updated(t, l, r))
}

// Of several tests only those are taken out that show the leak no more.
func TestUpdateTakesOutTests(t *testing.T) {
	for name, tests := range map[string]string{"on one line": "[TestA, TestB]", "on several": "\n      - TestA # why\n      - TestB\n"} {
		t.Run(name, func(t *testing.T) {
			l := list(t, "leaks:\n  - package: example.com/m\n    tests: "+tests+"\n    entry: m.work\n    createdBy: m.Start\n    reason: r\n    until: 2027-01-01\n")
			text := updated(t, l, result(test("TestA", nil), test("TestB", left(finding("m.work", "m.Start")))))
			require.NotContains(t, text, "TestA")
			require.Contains(t, text, "TestB")
		})
	}
}

// Without anything new or fixed the file stays as it is, as this program writes it.
func TestUpdateChangesNothing(t *testing.T) {
	l := list(t, "")
	first := updated(t, l, result(test("TestPool", left(finding("m.work", "m.Start")))))
	l, err := Load(l.File)
	require.NoError(t, err)
	r, err := l.Update(result(test("TestPool", left(finding("m.work", "m.Start")))), today)
	require.NoError(t, err)
	require.Len(t, r.Failing(), 1, "it has no reason yet")
	text, err := os.ReadFile(l.File)
	require.NoError(t, err)
	require.Equal(t, first, string(text))
}
