package text

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/reports/internal/fixtures"
)

func TestBenchIsStoredAndShown(t *testing.T) {
	var stored bytes.Buffer
	require.NoError(t, fixtures.Benched().Encode(&stored))
	again, err := reports.Decode(&stored)
	require.NoError(t, err)
	require.Equal(t, fixtures.Benched(), again)
	require.Equal(t, []float64{2, 2.1, 2.2}, again.Bench[1].Times[0].Ratios())
	var shown, markdown strings.Builder
	require.NoError(t, Terminal(&shown, again, Options{}))
	require.NoError(t, Markdown(&markdown, again))
	for _, text := range []string{shown.String(), markdown.String()} {
		require.Contains(t, text, "15 x (n=4)")
		require.Contains(t, text, "not measured")
	}
}
