package reports_test

import (
	"bytes"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/reports/internal/fixtures"
)

func TestSaveThenLoad(t *testing.T) {
	for name, r := range fixtures.All() {
		path := filepath.Join(t.TempDir(), "report.json")
		require.NoError(t, r.Save(path), name)
		if name == "hostile" {
			continue // its names are not unique once broken UTF-8 is mended; see FuzzDecode
		}
		got, err := reports.Load(path)
		require.NoError(t, err, name)
		require.Equal(t, r, got, name)
		again := filepath.Join(t.TempDir(), "again.json")
		require.NoError(t, got.Save(again))
		first, err := os.ReadFile(path)
		require.NoError(t, err)
		second, err := os.ReadFile(again)
		require.NoError(t, err)
		require.Equal(t, string(first), string(second), name)
		require.True(t, bytes.HasSuffix(first, []byte("}\n")))
	}
}

// entries are the names in a folder, hidden ones included.
func entries(t *testing.T, dir string) []string {
	t.Helper()
	all, err := os.ReadDir(dir)
	require.NoError(t, err)
	var names []string
	for _, e := range all {
		names = append(names, e.Name())
	}
	return names
}

func TestSaveReplacesAWholeFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "report.json")
	require.NoError(t, os.WriteFile(path, []byte("old"), 0o600))
	require.NoError(t, fixtures.Full(3).Save(path))
	require.Equal(t, []string{"report.json"}, entries(t, dir))
	if runtime.GOOS != "windows" {
		info, err := os.Stat(path)
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o644), info.Mode().Perm())
	}
}

func TestSaveSaysWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	require.NoError(t, os.WriteFile(file, nil, 0o644))
	folder := filepath.Join(dir, "folder")
	require.NoError(t, os.MkdirAll(filepath.Join(folder, "x"), 0o755))
	notANumber := &reports.Report{Schema: reports.Schema, Projections: []reports.Projection{{RequestsPerHour: math.NaN()}}}
	for name, c := range map[string]struct {
		r    *reports.Report
		path string
	}{
		"no folder":         {fixtures.Full(1), filepath.Join(dir, "none", "report.json")},
		"folder is a file":  {fixtures.Full(1), filepath.Join(file, "report.json")},
		"path is a folder":  {fixtures.Full(1), folder},
		"no report":         {nil, filepath.Join(dir, "report.json")},
		"cannot be encoded": {notANumber, filepath.Join(dir, "report.json")},
	} {
		err := c.r.Save(c.path)
		require.Error(t, err, name)
		require.Contains(t, err.Error(), "reports: save ", name)
		require.NotContains(t, err.Error(), "\n", name)
		require.Equal(t, []string{"file", "folder"}, entries(t, dir), name)
	}
}

func TestSaveIntoAFolderThatMayNotBeWritten(t *testing.T) {
	if runtime.GOOS == "windows" || os.Getuid() == 0 {
		t.Skip("permissions of folders do not bind here")
	}
	dir := t.TempDir()
	require.NoError(t, os.Chmod(dir, 0o500))
	err := fixtures.Full(1).Save(filepath.Join(dir, "report.json"))
	require.ErrorIs(t, err, os.ErrPermission)
	require.ErrorContains(t, err, "want a folder that can be written")
}

func TestDecodeRefuses(t *testing.T) {
	whole := fixtures.Encode(t, fixtures.Full(3))
	change := func(f func(r *reports.Report)) string {
		r := fixtures.Full(3)
		f(r)
		return fixtures.Encode(t, r)
	}
	for name, c := range map[string]struct{ in, want string }{
		"empty":           {"", "got nothing"},
		"blank":           {" \n", "got nothing"},
		"truncated":       {whole[:len(whole)/2], "ends within its JSON"},
		"cut by one":      {strings.TrimSpace(whole)[:len(strings.TrimSpace(whole))-1], "ends within its JSON"},
		"no JSON":         {"<html>", "got no JSON"},
		"binary":          {"\x1f\x8b\x1b[2J", "got no JSON"},
		"null":            {"null", "without a schema"},
		"list":            {"[1]", "without a schema"},
		"foreign":         {`{"name": "x"}`, "without a schema"},
		"foreign schema":  {`{"schema": 7}`, "without a schema"},
		"other major":     {strings.Replace(whole, reports.Schema, "watertight.report/2", 1), `got schema "watertight.report/2"`},
		"like our major":  {strings.Replace(whole, reports.Schema, reports.Schema+"0", 1), `got schema "watertight.report/10"`},
		"hostile schema":  {`{"schema": "\u001b[2J"}`, `\\x1b[2J`},
		"two reports":     {whole + whole, "got more after the report's end"},
		"another type":    {strings.Replace(whole, `"cells": [`, `"cells": [3, `, 1), "another type"},
		"unknown after":   {change(func(r *reports.Report) { r.After = "x" }), `got after "x"`},
		"unknown cell":    {change(func(r *reports.Report) { r.Cells[2].Observation.Executor = "x"; r.Cells[2].Verdict.Executor = "x" }), `cells[2].observation.executor "x"`},
		"unknown row":     {change(func(r *reports.Report) { r.Comparisons[1].Scenario = "x" }), `comparisons[1].scenario "x"`},
		"unknown project": {change(func(r *reports.Report) { r.Projections[0].Executor = "x" }), `projections[0].executor "x"`},
		"other verdict":   {change(func(r *reports.Report) { r.Cells[0].Verdict.Scenario = "scenario-01" }), "cells[0].verdict"},
		"unknown status":  {change(func(r *reports.Report) { r.Cells[0].Verdict.Clauses[0].Status = "fine" }), `status "fine"`},
		"no clause":       {change(func(r *reports.Report) { r.Cells[0].Verdict.Clauses[0].Clause = 0 }), "clause 0, want 1 or more"},
		"executor twice":  {change(func(r *reports.Report) { r.Executors = append(r.Executors, r.Executors[0]) }), `executor "waitgroup" twice`},
		"scenario twice":  {change(func(r *reports.Report) { r.Scenarios = append(r.Scenarios, r.Scenarios[0]) }), `scenario "scenario-00" twice`},
		"cell twice":      {change(func(r *reports.Report) { r.Cells = append(r.Cells, r.Cells[0]) }), "twice, want each once"},
		"compared twice":  {change(func(r *reports.Report) { r.Comparisons = append(r.Comparisons, r.Comparisons[0]) }), "twice, want each once"},
	} {
		path := filepath.Join(t.TempDir(), "some report.json")
		require.NoError(t, os.WriteFile(path, []byte(c.in), 0o644))
		_, err := reports.Load(path)
		require.ErrorContains(t, err, c.want, name)
		for _, part := range []string{"reports: load ", "some report.json", "got ", "want ", "run stress again"} {
			require.ErrorContains(t, err, part, name)
		}
		require.NotRegexp(t, "[\n\x1b]", err.Error(), name)
		_, err = reports.Decode(strings.NewReader(c.in))
		require.ErrorContains(t, err, c.want, name)
	}
}

func TestLoadOfNoFile(t *testing.T) {
	_, err := reports.Load(filepath.Join(t.TempDir(), "none.json"))
	require.ErrorIs(t, err, os.ErrNotExist)
	require.ErrorContains(t, err, "run stress again")
}

func TestDecodeTellsReadErrors(t *testing.T) {
	_, err := reports.Decode(io.MultiReader(strings.NewReader("{"), brokenReader{}))
	require.ErrorIs(t, err, fixtures.ErrBroken)
	require.ErrorContains(t, err, "cannot be read")
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, fixtures.ErrBroken }

func TestDecodeToleratesALaterMinor(t *testing.T) {
	later := strings.Replace(fixtures.Encode(t, fixtures.Full(3)), `"`+reports.Schema+`",`, `"`+reports.Schema+`.7", "news": {"a": [1]},`, 1)
	later = strings.ReplaceAll(later, `"observation": {`, `"observation": {"news": 1,`)
	got, err := reports.Decode(strings.NewReader(later))
	require.NoError(t, err)
	want := fixtures.Full(3)
	want.Schema = reports.Schema + ".7"
	require.Equal(t, want, got)
}
