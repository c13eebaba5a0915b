package view

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRatiosHaveAnIntervalWhereSamplesAllow(t *testing.T) {
	require.Equal(t, "2.15 x (n=4)", ratioText([]float64{2, 2.1, 2.2, 2.2}))
	many := make([]float64, 41)
	for i := range many {
		many[i] = 1 + float64(i)/100
	}
	require.Regexp(t, `^1\.20 \[1\.1\d,1\.2\d\]$`, ratioText(many))
}
