package ci

import (
	"encoding/xml"
	"io"
	"strings"
	"testing"

	junitreader "github.com/joshdk/go-junit"
	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/reports/internal/fixtures"
	"github.com/watertight-go/watertight/scenarios"
)

func TestJUnitIsReadByAConsumer(t *testing.T) {
	all := fixtures.All()
	all["broken"] = fixtures.Broken()
	for name, r := range all {
		text := rendered(t, JUnit, r)
		suites, err := junitreader.Ingest([]byte(text))
		require.NoError(t, err, name)
		cases := 0
		for _, s := range suites {
			cases += s.Totals.Tests
		}
		require.GreaterOrEqual(t, cases, len(r.Cells), name)
		for d := xml.NewDecoder(strings.NewReader(text)); ; {
			token, err := d.Token()
			if err == io.EOF {
				break
			}
			require.NoError(t, err, name)
			if data, ok := token.(xml.CharData); ok {
				require.NotContains(t, string(data), "\x1b", name)
			}
		}
	}
}

func TestJUnitFailsOnlyForTheCandidate(t *testing.T) {
	suites, err := junitreader.Ingest([]byte(rendered(t, JUnit, fixtures.Full(30))))
	require.NoError(t, err)
	require.Equal(t, "reference", suites[0].Name, "the candidate comes first")
	for _, s := range suites {
		require.Zero(t, s.Totals.Failed+s.Totals.Error, s.Name)
	}
	require.Zero(t, suites[0].Totals.Skipped)
	skipped := 0
	for _, s := range suites[1:] {
		skipped += s.Totals.Skipped
	}
	require.Positive(t, skipped, "what others break is skipped, never passed")

	suites, err = junitreader.Ingest([]byte(rendered(t, JUnit, fixtures.Broken())))
	require.NoError(t, err)
	require.Equal(t, "waitgroup", suites[0].Name)
	require.Equal(t, fixtures.Broken().Count("waitgroup").Fail, suites[0].Totals.Failed)
}

func TestJUnitNeverPassesTheUnknown(t *testing.T) {
	r := fixtures.Full(3)
	r.Cells[4].Verdict.Clauses[2].Status = scenarios.Unknown
	r.Cells[9].Verdict.Clauses[2].Status = scenarios.Waived
	r.Cells[14].Verdict.Clauses = nil
	r.Partial = "interrupted"
	suites, err := junitreader.Ingest([]byte(rendered(t, JUnit, r)))
	require.NoError(t, err)
	require.Equal(t, 3, suites[0].Totals.Error, "the unknown cell, the one without clauses, and the run that is not whole")
	require.Equal(t, 1, suites[0].Totals.Skipped, "the waived one")
	r = fixtures.Full(3)
	r.After = "nobody"
	suites, err = junitreader.Ingest([]byte(rendered(t, JUnit, r)))
	require.NoError(t, err)
	require.Equal(t, 1, suites[0].Totals.Error, "a candidate that was not run")
}
