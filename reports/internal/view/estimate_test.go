package view

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/internal/format"
	"github.com/watertight-go/watertight/reports"
)

func TestEstimate(t *testing.T) {
	require.Equal(t, "16.6 h", estimate(reports.Interval{Center: 16.6, Low: 16.6, High: 16.6, Confidence: .95, N: 3}, hourUnit))
	require.Equal(t, "16.6 h ±0.2", estimate(reports.Interval{Center: 16.6, Low: 16.4, High: 16.75, Confidence: .95, N: 3}, hourUnit))
	require.Equal(t, "16.6 h (16.4 to 18)", estimate(reports.Interval{Center: 16.6, Low: 16.4, High: 18, Confidence: .95, N: 3}, hourUnit))
	require.Equal(t, "3.96 days (3.75 to never)", estimate(reports.Interval{Center: 95, Low: 90, High: -1, Confidence: .95, N: 3}, hourUnit))
	require.Equal(t, "-1 KiB (-2 to 0)", estimate(reports.Interval{Center: -1024, Low: -2048, High: 0, Confidence: .95, N: 3}, format.ByteUnit))
	require.Equal(t, "not measured", estimate(reports.Interval{}, hourUnit))
}
