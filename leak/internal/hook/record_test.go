package hook

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/leak/internal/require"
)

// written are the records that do writes by the recorder of a test.
func written(t *testing.T, do func(r *recorder)) (all []Record) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "records")
	do(&recorder{TB: t, hook: &hook{file: file{name: name}}, test: "TestX"})
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		var r Record
		require.NoError(t, json.Unmarshal([]byte(line), &r))
		all = append(all, r)
	}
	return all
}

// A finding is recorded with its report, anything else as what was said. The test itself
// does not fail.
func TestRecorder(t *testing.T) {
	left := &leak.Error{Report: leak.Report{Goroutines: 2}}
	all := written(t, func(r *recorder) {
		r.Errorf("%v", left)
		r.Errorf("%v", errors.New("cannot search"))
		r.Logf("%d more", 3)
	})
	require.Len(t, all, 3)
	require.Equal(t, Leaked, all[0].Event)
	require.Equal(t, 2, all[0].Report.Goroutines)
	require.Equal(t, Record{Event: Said, Test: "TestX", Error: "cannot search"}, all[1])
	require.Equal(t, Record{Event: Said, Test: "TestX", Text: "3 more"}, all[2])
	require.Equal(t, false, t.Failed())
}

// The check's time is bounded by the test's deadline, as without a recorder.
func TestRecorderDeadline(t *testing.T) {
	want, wantOK := t.Deadline()
	got, ok := (&recorder{TB: t}).Deadline()
	require.Equal(t, wantOK, ok)
	require.Equal(t, want, got)
	_, ok = (&recorder{TB: &testing.F{}}).Deadline()
	require.Equal(t, false, ok)
}

// In a process that neither the driver nor the go command has started, nothing is wrapped.
func TestAttachElsewhere(t *testing.T) {
	taken := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(taken, "key.records"), nil, 0o600))
	for name, c := range map[string]*Config{
		"no configuration":                      nil,
		"another parent":                        {Parent: 1, Records: "x"},
		"a child of a test, with its variables": {Dir: taken},
		"a folder that is gone":                 {Dir: filepath.Join(taken, "no")},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, (*hook)(nil), attach(c, "key", nil, nil)) })
	}
}
