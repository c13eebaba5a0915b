package wireserver

import (
	"net"
	"testing"

	"github.com/stretchr/testify/require"
)

// The address is one that this machine can ask, also where all interfaces listen.
func TestReachable(t *testing.T) {
	for ip, want := range map[string]string{"0.0.0.0": "127.0.0.1:80", "::": "127.0.0.1:80", "::1": "[::1]:80", "127.0.0.2": "127.0.0.2:80"} {
		require.Equal(t, want, reachable(&net.TCPAddr{IP: net.ParseIP(ip), Port: 80}))
	}
}
