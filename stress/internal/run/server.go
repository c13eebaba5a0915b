package run

import (
	"sync"

	"github.com/watertight-go/watertight/mocks/openai"
)

// server is the faulty server of the cells with a real client. It starts with the
// first of them. It runs in this process, so that its goroutines, connections and
// buffers do not count as the client's.
type server struct {
	once sync.Once
	url  string
	stop func()
	err  error
}

// address is the server's URL.
func (s *server) address() (string, error) {
	s.once.Do(func() { s.url, s.stop, s.err = openai.Serve() })
	return s.url, s.err
}

// close stops the server where it was started.
func (s *server) close() {
	if s.stop != nil {
		s.stop()
	}
}
