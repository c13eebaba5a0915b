package leak_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"sync"
	"testing"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/leak/internal/require"
)

// both are a server of HTTP/1 and one of HTTP/2, with their clients.
type both struct{ one, two *httptest.Server }

var servers = func() func(t *testing.T) both {
	var once sync.Once
	var b both
	return func(t *testing.T) both {
		once.Do(func() {
			h := http.NewServeMux()
			h.HandleFunc("/big", func(w http.ResponseWriter, r *http.Request) { w.Write(make([]byte, 1<<20)) })
			h.HandleFunc("/silent", func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
			h.HandleFunc("/stream", func(w http.ResponseWriter, r *http.Request) {
				w.WriteHeader(http.StatusTeapot)
				http.NewResponseController(w).Flush()
				<-r.Context().Done()
			})
			b.one, b.two = httptest.NewServer(h), httptest.NewUnstartedServer(h)
			b.two.EnableHTTP2 = true
			b.two.StartTLS()
		})
		return b
	}
}()

func fetch(t *testing.T, s *httptest.Server, path string) *http.Response {
	response, err := s.Client().Get(s.URL + path)
	require.NoError(t, err)
	return response
}

// hang sends a request that is never answered.
func hang(s *httptest.Server) (end func()) {
	ctx, cancel := context.WithCancel(context.Background())
	request, _ := http.NewRequestWithContext(ctx, "GET", s.URL+"/silent", nil)
	go s.Client().Do(request)
	return cancel
}

// TestHintChild is a command that ends when its input does.
func TestHintChild(t *testing.T) {
	if inChild("hang") {
		io.Copy(io.Discard, os.Stdin)
	}
}

func TestHints(t *testing.T) {
	if !apart(t) {
		return
	}
	servers(t)
	for _, c := range hintedLeaks {
		t.Run(c.name, func(t *testing.T) {
			base := leak.Take()
			end := c.open(t)
			r := find(t, base, leak.Options{Settle: brief})
			end()
			var got []string
			for _, f := range r.Findings {
				got = append(got, f.Hint)
			}
			require.True(t, slices.Contains(got, c.hint), "%s: got hints %q, want one %q", r, got, c.hint)
			require.Contains(t, r.String(), "\n    "+c.hint+"\n")
			find(t, base, leak.Options{}) // the next case begins when this one has ended
		})
	}
}

// TestHintsOfOthers: what merely looks like something forgotten gets no hint of it.
func TestHintsOfOthers(t *testing.T) {
	if !apart(t) {
		return
	}
	servers(t)
	for _, c := range unhinted {
		t.Run(c.name, func(t *testing.T) {
			base := leak.Take()
			end := c.open(t)
			r := find(t, base, leak.Options{Settle: brief})
			end()
			require.ErrorIs(t, r.Err(), leak.ErrLeak)
			for _, f := range r.Findings {
				require.NotContains(t, f.Hint, c.hint, "%s", r)
			}
			find(t, base, leak.Options{})
		})
	}
}

// TestFindingOfAConnection: both goroutines of an unclosed body are one finding, and
// none is lost.
func TestFindingOfAConnection(t *testing.T) {
	if !apart(t) {
		return
	}
	s := servers(t).one
	base := leak.Take()
	for range 3 {
		response := fetch(t, s, "/big")
		defer response.Body.Close()
	}
	r := find(t, base, leak.Options{Settle: brief, Allow: []leak.Allow{{Func: "net/http.(*conn).serve", Reason: "the server's"}}})
	require.Equal(t, 6, r.Goroutines, "%s", r)
	require.Len(t, r.Findings, 1, "%s", r)
	require.Equal(t, 3, r.Findings[0].Connections)
	require.Contains(t, r.String(), "6 goroutines of 3 connections, ")
}

// TestRoundsNameTheRequest: of unclosed bodies the allocations tell whose they are.
func TestRoundsNameTheRequest(t *testing.T) {
	if !apart(t) {
		return
	}
	s := servers(t).one
	r := rounds(t, func() { fetch(t, s, "/big") }, leak.Options{Settle: brief})
	i := slices.IndexFunc(r.Left.Findings, func(f leak.Finding) bool { return f.Hint == "response body not closed?" })
	require.True(t, i >= 0, "%s", r)
	require.Contains(t, r.Left.Findings[i].Note, "leak/hints_test.go:")
}
