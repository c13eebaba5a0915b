package loadtrial

import (
	"net"
	"net/http"
	"sync"
)

// server is a service on a loopback port, for HTTP/1.1 and HTTP/2 without TLS.
type server struct {
	url   string
	close func()
}

func serve(h http.Handler) (server, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return server{}, err
	}
	s := &http.Server{Handler: h, Protocols: new(http.Protocols)}
	s.Protocols.SetHTTP1(true)
	s.Protocols.SetUnencryptedHTTP2(true)
	var serving sync.WaitGroup
	serving.Go(func() { _ = s.Serve(l) }) // what fails is seen by the clients
	return server{url: "http://" + l.Addr().String(), close: func() { _ = s.Close(); serving.Wait() }}, nil
}
