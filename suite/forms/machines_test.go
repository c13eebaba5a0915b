package forms

import (
	"encoding/json"
	"testing"

	junitreader "github.com/joshdk/go-junit"
	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/internal/sarif"
	"github.com/watertight-go/watertight/suite"
)

// What fails the run is an error, the rest is a note, and what is fixed is not there.
func TestSARIFHasLevels(t *testing.T) {
	var log sarif.Log
	require.NoError(t, json.Unmarshal([]byte(rendered(t, SARIF, compared())), &log))
	levels := map[string]string{}
	for _, result := range log.Runs[0].Results {
		levels[result.Properties.(map[string]any)["verdict"].(string)] = result.Level
	}
	require.Equal(t, map[string]string{
		"new": "error", "expired": "error", "stays": "note", "moved": "note", "flaky": "note", "known": "note", "not comparable": "note",
	}, levels)
}

// Of several runs of a test the worst counts.
func TestJUnitTakesTheWorst(t *testing.T) {
	r := nothing()
	for _, o := range []suite.Outcome{suite.Failed, suite.NotEnded, suite.Passed} {
		again := nothing().After.Runs[0]
		again.Packages[0].Tests[0].Outcome = o
		r.After.Runs = append(r.After.Runs, again)
	}
	for n, want := range []junitreader.Status{junitreader.StatusPassed, junitreader.StatusFailed, junitreader.StatusError, junitreader.StatusError} {
		some := r
		some.After.Runs = r.After.Runs[:n+1]
		suites, err := junitreader.Ingest([]byte(rendered(t, JUnit, some)))
		require.NoError(t, err)
		require.Len(t, suites[0].Tests, 1)
		require.Equal(t, want, suites[0].Tests[0].Status, "after %d runs", n+1)
	}
}
