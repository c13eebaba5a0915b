package folder

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/attach"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/service"
)

// A report that cannot be written whole leaves the earlier one as it was.
func TestOutputIsWholeOrNotAtAll(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "latest")
	first := &reports.Report{Schema: reports.Schema, Tool: "first"}
	o, err := New(dir)
	require.NoError(t, err)
	require.NoError(t, o.Publish(OfReport(first)))
	o, err = New(dir)
	require.NoError(t, err)
	require.NoError(t, os.Mkdir(filepath.Join(o.Temp, "junit.xml"), 0o700)) // it cannot be written now
	require.Error(t, o.Publish(OfReport(&reports.Report{Schema: reports.Schema, Tool: "second"})))
	o.Discard()
	r, err := reports.Load(filepath.Join(dir, ReportFile))
	require.NoError(t, err)
	require.Equal(t, "first", r.Tool)
}

func TestOutputReplacesOnlyReports(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "latest")
	o, err := New(dir)
	require.NoError(t, err)
	require.NoDirExists(t, dir, "nothing is there before the report is whole")
	o.Discard()
	left, err := os.ReadDir(filepath.Dir(dir))
	require.NoError(t, err)
	require.Empty(t, left)

	o, err = New(dir)
	require.NoError(t, err)
	// Somebody's work came into the folder while the run went on.
	require.NoError(t, os.MkdirAll(dir, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "thesis.txt"), []byte("x"), 0o600))
	require.ErrorContains(t, o.commit(), "thesis.txt")
	require.FileExists(t, filepath.Join(dir, "thesis.txt"))
	o.Discard()
}

// A result of each command may be replaced by one of another.
func TestOutputReplacesResultsOfAllCommands(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "latest")
	for name, files := range map[string][]File{
		"run":     OfReport(&reports.Report{Schema: reports.Schema}),
		"attach":  OfWatch(attach.Result{Schema: attach.Schema}),
		"service": OfService(service.Result{Schema: service.Schema}),
	} {
		for range 2 {
			o, err := New(dir)
			require.NoError(t, err, name)
			require.NoError(t, o.Publish(files), name)
		}
	}
}

// The report of the run of streams has its folder in that of the other run: both can be
// written again and again, in any order. Anything else of that name is no report.
func TestOutputBesideStreams(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "latest")
	write := func(dir, tool string) {
		o, err := New(dir)
		require.NoError(t, err)
		require.NoError(t, o.Publish(OfReport(&reports.Report{Schema: reports.Schema, Tool: tool})))
	}
	inner := filepath.Join(dir, streams)
	write(inner, "first of streams")
	for _, tool := range []string{"first", "second"} {
		write(dir, tool)
		r, err := reports.Load(filepath.Join(inner, ReportFile))
		require.NoError(t, err)
		require.Equal(t, "first of streams", r.Tool)
	}
	write(inner, "second of streams")
	r, err := reports.Load(filepath.Join(dir, ReportFile))
	require.NoError(t, err)
	require.Equal(t, "second", r.Tool)

	require.NoError(t, os.WriteFile(filepath.Join(inner, "thesis.txt"), []byte("x"), 0o600))
	_, err = New(dir)
	require.ErrorContains(t, err, "which holds streams")
}
