// Package poll asks a running service for profiles, through net/http/pprof, and for
// counters. It asks for nothing else: never for the command line, and for stacks with
// values (debug=2) only where that is wanted.
package poll

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/watertight-go/watertight/profiles"
)

// Timeout is how long an answer may take.
const Timeout = 15 * time.Second

// mostBytes bounds an answer.
const mostBytes = 64 << 20

// ErrMissing is the error for an endpoint that the service does not have.
var ErrMissing = errors.New("got 404 Not Found")

// Server is a service with net/http/pprof.
type Server struct {
	base   *url.URL
	client *http.Client
}

// New reads the address of a service: with or without a scheme, and with or without
// /debug/pprof. Without transport it has connections of its own.
func New(address string, transport http.RoundTripper) (*Server, error) {
	u, err := parse(address)
	if err != nil {
		return nil, err
	}
	if at := strings.Index(u.Path, "/debug/pprof"); at >= 0 {
		u.Path = u.Path[:at]
		u.Path += "/debug/pprof/"
	} else if strings.Trim(u.Path, "/") == "" {
		u.Path = "/debug/pprof/"
	} else {
		u.Path = strings.TrimRight(u.Path, "/") + "/"
	}
	return &Server{u, newClient(transport)}, nil
}

func parse(address string) (*url.URL, error) {
	if !strings.Contains(address, "://") {
		address = "http://" + address
	}
	u, err := url.Parse(address)
	var bad *url.Error
	if errors.As(err, &bad) {
		// The error would repeat the address, which may hold a password.
		err = bad.Err
	}
	switch {
	case err != nil:
		return nil, fmt.Errorf("address: %w", err)
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf("address: got the scheme %q, want http or https", u.Scheme)
	case u.Host == "":
		return nil, errors.New("address: got no host, want one as in http://localhost:6060")
	}
	return u, nil
}

func newClient(transport http.RoundTripper) *http.Client {
	if transport == nil {
		transport = &http.Transport{Proxy: http.ProxyFromEnvironment, MaxConnsPerHost: 2, IdleConnTimeout: time.Minute}
	}
	return &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse // another address was not asked for
	}}
}

// Name is the address without what may be secret: the password, the query.
func (s *Server) Name() string { return Shown(s.base) }

// Shown is an address without what may be secret.
func Shown(u *url.URL) string {
	shown := url.URL{Scheme: u.Scheme, Host: u.Host, Path: strings.TrimSuffix(u.Path, "/debug/pprof/")}
	return shown.String()
}

// Close ends the connections that are idle.
func (s *Server) Close() { s.client.CloseIdleConnections() }

// Profile asks for a profile of a kind. Its form is debug=0, the cheapest.
func (s *Server) Profile(ctx context.Context, kind profiles.Kind) (*profiles.Profile, error) {
	data, err := s.get(ctx, string(kind), nil, Timeout)
	if err != nil {
		return nil, err
	}
	p, err := profiles.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", kind, errors.Unwrap(err))
	}
	if p.Kind() != kind {
		return nil, fmt.Errorf("%s: got a profile of the kind %s, want %s: is this another endpoint?", kind, p.Kind(), kind)
	}
	return p, nil
}

// Trace asks for an execution trace of some seconds.
func (s *Server) Trace(ctx context.Context, d time.Duration) ([]byte, error) {
	seconds := strconv.Itoa(int(max(d, time.Second).Seconds()))
	return s.get(ctx, "trace", url.Values{"seconds": {seconds}}, d+Timeout)
}

// Collect lets the service run a garbage collection.
func (s *Server) Collect(ctx context.Context) error {
	_, err := s.get(ctx, string(profiles.Heap), url.Values{"gc": {"1"}}, Timeout)
	return err
}

// Stacks asks for the stacks of all goroutines as text. It stops the service for a while:
// 42 ms at 1,000 goroutines, 4 s at 100,000.
func (s *Server) Stacks(ctx context.Context) ([]byte, error) {
	return s.get(ctx, "goroutine", url.Values{"debug": {"2"}}, Timeout)
}

func (s *Server) get(ctx context.Context, name string, query url.Values, timeout time.Duration) ([]byte, error) {
	u := *s.base
	u.Path += name
	values := u.Query()
	for k, v := range query {
		values[k] = v
	}
	u.RawQuery = values.Encode()
	data, err := Get(ctx, s.client, &u, timeout)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return data, nil
}

// Get asks for an address. The error says in one sentence what is wrong.
func Get(ctx context.Context, client *http.Client, u *url.URL, timeout time.Duration) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, errors.New("the address cannot be asked")
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, sentence(err, timeout)
	}
	defer response.Body.Close()
	if err := status(response); err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(response.Body, mostBytes+1))
	switch {
	case err != nil:
		return nil, sentence(err, timeout)
	case len(data) > mostBytes:
		return nil, fmt.Errorf("got more than %d MiB", mostBytes>>20)
	}
	return data, nil
}

func status(r *http.Response) error {
	switch {
	case r.StatusCode == http.StatusOK:
		return nil
	case r.StatusCode == http.StatusNotFound:
		return ErrMissing
	case r.StatusCode >= 300 && r.StatusCode < 400:
		return fmt.Errorf("got %s, want 200: name the address that it leads to", r.Status)
	case r.StatusCode == http.StatusUnauthorized || r.StatusCode == http.StatusForbidden:
		return fmt.Errorf("got %s, want 200: name an address that may be read, such as http://user:password@host", r.Status)
	}
	return fmt.Errorf("got %s, want 200", r.Status)
}

// sentence says what is wrong without the address, which may hold a password.
func sentence(err error, timeout time.Duration) error {
	var bad *url.Error
	if errors.As(err, &bad) {
		err = bad.Err
	}
	var network net.Error
	if errors.Is(err, context.DeadlineExceeded) || errors.As(err, &network) && network.Timeout() {
		return fmt.Errorf("no answer within %s", timeout)
	}
	return err
}
