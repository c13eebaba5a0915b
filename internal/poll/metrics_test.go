package poll

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestMetrics(t *testing.T) {
	for name, tc := range map[string]struct {
		body, counter    string
		requests, fds    float64
		chosen, mistakes string
	}{
		"prometheus": {"# HELP x y\nhttp_requests_total{code=\"200\",path=\"/a}b\"} 5 1700000\nhttp_requests_total{code=\"500\"} 2\nprocess_open_fds 9\npromhttp_metric_handler_requests_total 100\n", "", 7, 9, "http_requests_total", ""},
		"histogram":  {"rpc_request_duration_seconds_count 12\nrpc_request_duration_seconds_sum 99\nrpc_request_duration_seconds_bucket{le=\"1\"} 3\n", "", 12, -1, "rpc_request_duration_seconds_count", ""},
		"named":      {"http_requests_total 5\norders_total 3\n", "orders_total", 3, -1, "orders_total", ""},
		"exemplar":   {"http_requests_total 5 # {trace_id=\"x\"} 1\n", "", 5, -1, "http_requests_total", ""},
		"expvar":     {`{"cmdline":["/srv","-password=hunter2"],"memstats":{"Alloc":3},"requests":41,"secret":"hunter2"}`, "", 41, -1, "requests", ""},
		"none":       {"go_goroutines 5\n", "", -1, -1, "", ""},
		"HTML":       {"<html>", "", -1, -1, "", "got HTML"},
		"cut JSON":   {`{"a":1,`, "", -1, -1, "", "not whole"},
		"text":       {"hello", "", -1, -1, "", "got no counter"},
	} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(tc.body)) }))
		m, err := NewMetrics(s.URL, tc.counter, nil)
		if err != nil {
			t.Fatal(err)
		}
		r, err := m.Read(t.Context())
		m.Close()
		s.Close()
		if tc.mistakes != "" {
			if err == nil || !strings.Contains(err.Error(), tc.mistakes) {
				t.Errorf("%s: got %v, want an error with %q", name, err, tc.mistakes)
			}
			continue
		}
		if err != nil || value(r.Requests) != tc.requests || value(r.Descriptors) != tc.fds || m.Counter() != tc.chosen {
			t.Errorf("%s: got %v requests of %q, %v descriptors, %v, want %v of %q and %v", name, value(r.Requests), m.Counter(), value(r.Descriptors), err, tc.requests, tc.chosen, tc.fds)
		}
	}
}

// value is -1 where nothing was told.
func value(v *float64) float64 {
	if v == nil {
		return -1
	}
	return *v
}

func TestAddresses(t *testing.T) {
	for in, want := range map[string]string{
		"localhost:6060": "http://localhost:6060", "http://u:p@h:1/debug/pprof/goroutine?debug=1&token=x": "http://h:1",
		"https://h/team/debug/pprof": "https://h/team", "http://h/internal/profiles": "http://h/internal/profiles/",
	} {
		s, err := New(in, nil)
		if err != nil || s.Name() != want {
			t.Errorf("%s: got %q, %v, want %q", in, s.Name(), err, want)
		}
	}
}

// A server that leads elsewhere is not followed.
func TestRedirectsAreNotFollowed(t *testing.T) {
	s := httptest.NewServer(http.RedirectHandler("http://elsewhere.invalid/", http.StatusFound))
	defer s.Close()
	server, err := New(s.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	if _, err := server.Profile(t.Context(), "goroutine"); err == nil || !strings.Contains(err.Error(), "302") {
		t.Errorf("got %v, want an error that names the status", err)
	}
}

func FuzzNumbers(f *testing.F) {
	f.Add([]byte("http_requests_total{a=\"}\"} 5\n"))
	f.Add([]byte(`{"a":1}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		values, err := numbers(data)
		if err == nil {
			choose(values)
		}
	})
}
