package scenarios

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/leak"
)

// The goroutines of an HTTP client are its agent's in a wire scenario, and only there.
func TestGoroutinesOfAClientAreItsAgents(t *testing.T) {
	for entry, agents := range map[string]bool{
		"net/http.(*persistConn).readLoop":             true,
		"net/http.(*Transport).startDialConnForLocked": true,
		"net/http.maybeDrainBody.func1":                true,
		"net/http.(*Server).Serve":                     false,
		"example.com/executor.fanOut.func1":            false,
	} {
		f := leak.Finding{Entry: entry}
		require.Equal(t, agents, Observation{Wire: &Wire{}}.StartedByAgent(f), entry)
		require.False(t, Observation{}.StartedByAgent(f), entry)
	}
}
