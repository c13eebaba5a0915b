package host

import (
	"context"
	"crypto/rand"
	"net"
	"net/http"
	"path/filepath"
)

// pprofVariable is the environment variable that tells a service where to serve profiles.
const pprofVariable = "WATERTIGHT_PPROF"

// longestSocket is the longest path that a unix socket can have everywhere.
const longestSocket = 103

// socket is where a service serves its profiles. The supervisor makes dir, where it is not
// empty, and removes both.
type socket struct{ path, dir string }

// newSocket is a socket in a folder; in one of its own below /tmp where the path would be
// too long.
func newSocket(temp, name string) socket {
	path := filepath.Join(temp, name+".sock")
	if len(path) <= longestSocket {
		return socket{path: path}
	}
	dir := filepath.Join("/tmp", "watertight-"+rand.Text()[:16])
	return socket{path: filepath.Join(dir, "pprof.sock"), dir: dir}
}

// transport reaches the socket, whatever the address. Each request has a connection of its
// own: one that is idle would be seen in the profiles.
func (s socket) transport() http.RoundTripper {
	return &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", s.path)
		},
		DisableKeepAlives: true,
	}
}
