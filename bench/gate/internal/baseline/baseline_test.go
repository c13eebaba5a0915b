package baseline

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/bench/gate/internal/gatetest"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/scenarios"
)

func accepted(t *testing.T) *File {
	t.Helper()
	sets, err := Accept(gatetest.Report())
	require.NoError(t, err)
	f := &File{}
	f.Put(sets...)
	data, err := f.Encode()
	require.NoError(t, err)
	again, err := Decode(data)
	require.NoError(t, err)
	require.Equal(t, f, again, "what was written is what is read")
	return again
}

func TestBaselinesThatMakeNoSense(t *testing.T) {
	good, err := accepted(t).Encode()
	require.NoError(t, err)
	for name, tt := range map[string]struct{ old, new, want string }{
		"empty":              {string(good), "", "empty file"},
		"cut short":          {string(good)[40:], "", "invalid JSON"},
		"another schema":     {Schema, "watertight.baseline/9", `got schema "watertight.baseline/9"`},
		"no schema":          {`"schema": "` + Schema + `",`, "", "got no schema"},
		"no sets":            {string(good), `{"schema":"` + Schema + `"}`, "no set of rows"},
		"a status":           {`"1":"pass"`, `"1":"fine"`, `status "fine"`},
		"no clauses":         {`"clauses":{"1":"pass","3":"pass","5":"pass"}`, `"clauses":{}`, "without clauses"},
		"zero":               {`"ratios":[`, `"ratios":[0,`, "positive numbers"},
		"a row twice":        {`"scenario":"partial"`, `"scenario":"normal"`, "twice"},
		"another type":       {`"agents":5`, `"agents":"5"`, "wrong type"},
		"less than nothing":  {`"allocs":12`, `"allocs":-1`, "negative number of allocations"},
		"a number too large": {`"ratios":[`, `"ratios":[1e999,`, "wrong type"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Contains(t, string(good), tt.old)
			_, err := Decode([]byte(strings.Replace(string(good), tt.old, tt.new, 1)))
			require.ErrorContains(t, err, tt.want)
		})
	}
	_, err = Load("nosuch.json")
	require.ErrorContains(t, err, "stress baseline")
}

func TestBaselineIsDiffFriendly(t *testing.T) {
	b := accepted(t)
	data, err := b.Encode()
	require.NoError(t, err)
	require.True(t, json.Valid(data))
	for line := range strings.Lines(string(data)) {
		require.LessOrEqual(t, strings.Count(line, `"executor"`), 1, "one row in a line")
	}
	// Put adds a set of another Go, and replaces one of the same Go.
	other := gatetest.Report()
	other.Environment.Go = "go1.26.8"
	other.Cells[0], other.Cells[1] = other.Cells[1], other.Cells[0]
	sets, err := Accept(other)
	require.NoError(t, err)
	b.Put(sets...)
	b.Put(sets...)
	require.Len(t, b.Sets, 2)
	require.Equal(t, "1.26", b.Sets[0].Go)
	require.Equal(t, "normal", b.Sets[0].Cells[0].Scenario, "sorted")
	text, err := b.Text()
	require.NoError(t, err)
	require.Contains(t, string(text), "BenchmarkCall/executor=mine/agents=5-1")
	require.Contains(t, string(text), "x-floor")
}

func TestAcceptWantsAWholeMeasurement(t *testing.T) {
	for want, change := range map[string]func(*reports.Report){
		"it died":          func(r *reports.Report) { r.Bench[0].Trouble = "it died" },
		"want 10 or more":  func(r *reports.Report) { r.Bench[0].Times[0].Call = r.Bench[0].Times[0].Call[:9] },
		"positive numbers": func(r *reports.Report) { r.Bench[0].Times[0].Floor[0] = 0 },
		"mine/partial: clause [3] is unknown": func(r *reports.Report) {
			r.Cells[1].Verdict.Clauses[1].Status = scenarios.Unknown
		},
	} {
		r := gatetest.Report()
		change(r)
		_, err := Accept(r)
		require.ErrorContains(t, err, want)
	}
	// After the death of the process the other clauses may be unknown.
	r := gatetest.Report()
	r.Cells[1].Verdict.Clauses[0].Status, r.Cells[1].Verdict.Clauses[1].Status = scenarios.Fail, scenarios.Unknown
	_, err := Accept(r)
	require.NoError(t, err)
}
