package suite

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDecode(t *testing.T) {
	r := NewResult(t.TempDir(), Observation{Packages: []Package{{Path: "example.com/m", Tests: []Test{{Name: "TestX", Checked: true}}}}})
	var b bytes.Buffer
	require.NoError(t, r.Encode(&b))
	got, err := Decode(bytes.NewReader(b.Bytes()))
	require.NoError(t, err)
	require.Equal(t, r, got)
	for name, tt := range map[string]struct{ text, want string }{
		"cut short":     {b.String()[:b.Len()/2], "is cut short"},
		"no JSON":       {"hello", "is no JSON"},
		"nothing":       {"", "is no JSON"},
		"another kind":  {`{"schema": "watertight.report/1"}`, `got schema "watertight.report/1", want "watertight.tests/1"`},
		"no schema":     {`{}`, `got schema ""`},
		"a list":        {`[]`, `got schema ""`},
		"another major": {strings.Replace(b.String(), Schema, "watertight.tests/11", 1), "watertight.tests/11"},
		"no run":        {`{"schema": "watertight.tests/1"}`, "without a run"},
		"wrong types":   {`{"schema": "watertight.tests/1", "after": 3}`, "is no result"},
	} {
		_, err := Decode(strings.NewReader(tt.text))
		require.ErrorContains(t, err, tt.want, name)
	}
	_, err = Decode(strings.NewReader(strings.Replace(b.String(), Schema, Schema+".4", 1)))
	require.NoError(t, err, "a later minor version")
}

func TestExitCode(t *testing.T) {
	site := func(v Verdict) []Site { return []Site{{Verdict: v}} }
	trouble := []Observation{{Packages: []Package{{Error: "no"}}}}
	for name, tt := range map[string]struct {
		r    Result
		want int
	}{
		"nothing":                      {Result{}, 0},
		"found":                        {Result{Sites: site(Found)}, 1},
		"new":                          {Result{Sites: site(New)}, 1},
		"expired":                      {Result{Sites: site(Expired)}, 1},
		"known":                        {Result{Sites: site(Known)}, 0},
		"fixed":                        {Result{Sites: site(Fixed)}, 0},
		"flaky":                        {Result{Sites: site(Flaky)}, 0},
		"report only":                  {Result{Sites: site(Found), ReportOnly: true}, 0},
		"not checked":                  {Result{After: Side{Runs: trouble}}, 2},
		"not checked before":           {Result{Before: &Side{Runs: trouble}}, 2},
		"report only, but not checked": {Result{After: Side{Runs: trouble}, ReportOnly: true}, 2},
		"partial":                      {Result{Sites: site(Found), Partial: "missing: shard 2/2"}, 2},
	} {
		require.Equal(t, tt.want, tt.r.ExitCode(), name)
	}
}
