package leak

import (
	"runtime/pprof"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestProverStopsAfterASlowPass: any profile will do to count passes.
func TestProverStopsAfterASlowPass(t *testing.T) {
	p := &prover{profile: pprof.Lookup("threadcreate")}
	require.NoError(t, p.pass())
	require.Equal(t, 1, p.passes)
	require.Positive(t, p.last)
	require.Equal(t, p.last, p.total)
	p.last = slowProof
	require.NoError(t, p.pass())
	require.Equal(t, 2, p.passes, "a pass of no more than that may be repeated")
	p.last = slowProof + 1
	require.NoError(t, p.pass())
	require.Equal(t, 2, p.passes)
	require.Zero(t, (&prover{}).count())
	require.NoError(t, (&prover{}).pass(), "without a profile it collects")
}
