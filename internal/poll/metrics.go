package poll

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Metrics is an endpoint with counters: those of Prometheus as text, or expvar.
type Metrics struct {
	url    *url.URL
	client *http.Client
	// counter is the name of the counter of requests; chosen at the first answer where
	// none was asked for.
	counter string
	chosen  bool
}

// NewMetrics reads the address of counters. counter is the name of that of requests;
// without one it is guessed from the names.
func NewMetrics(address, counter string, transport http.RoundTripper) (*Metrics, error) {
	u, err := parse(address)
	if err != nil {
		return nil, err
	}
	if strings.Trim(u.Path, "/") == "" {
		u.Path = "/metrics"
	}
	return &Metrics{url: u, client: newClient(transport), counter: counter, chosen: counter != ""}, nil
}

// Reading is what is kept of the counters. All else is dropped: it may hold secrets.
type Reading struct {
	// Requests is the sum of the series of the counter; nil where there is none.
	Requests *float64
	// Descriptors are the open descriptors; nil where they are not told.
	Descriptors *float64
	// Started is when the process began, in seconds since 1970; zero where it is not told.
	Started float64
}

// Counter is the name of the counter of requests; empty where there is none.
func (m *Metrics) Counter() string { return m.counter }

// Close ends the connections that are idle.
func (m *Metrics) Close() { m.client.CloseIdleConnections() }

// Read asks for the counters.
func (m *Metrics) Read(ctx context.Context) (Reading, error) {
	data, err := Get(ctx, m.client, m.url, Timeout)
	if err != nil {
		return Reading{}, fmt.Errorf("metrics: %w", err)
	}
	values, err := numbers(data)
	if err != nil {
		return Reading{}, fmt.Errorf("metrics: %w", err)
	}
	if !m.chosen {
		m.counter, m.chosen = choose(values), true
	}
	r := Reading{Started: values["process_start_time_seconds"]}
	if v, ok := values["process_open_fds"]; ok {
		r.Descriptors = &v
	}
	if v, ok := values[m.counter]; ok {
		r.Requests = &v
	}
	return r, nil
}

// numbers are the values by name, those of one name added up.
func numbers(data []byte) (map[string]float64, error) {
	text := strings.TrimSpace(string(data))
	if strings.HasPrefix(text, "<") {
		return nil, fmt.Errorf("got HTML or XML, want counters of Prometheus as text, or expvar")
	}
	if strings.HasPrefix(text, "{") {
		return expvars(data)
	}
	values := map[string]float64{}
	for line := range strings.Lines(text) {
		if name, v, ok := sample(strings.TrimSpace(line)); ok {
			values[name] += v
		}
	}
	if len(values) == 0 {
		return nil, fmt.Errorf("got no counter in %d bytes, want counters of Prometheus as text, or expvar", len(data))
	}
	return values, nil
}

// sample is a line of Prometheus' text format: name{labels} value [time].
func sample(line string) (name string, v float64, ok bool) {
	if line == "" || line[0] == '#' {
		return "", 0, false
	}
	line, _, _ = strings.Cut(line, " # ") // an exemplar of OpenMetrics
	rest := line
	if brace := strings.IndexByte(line, '{'); brace >= 0 {
		end := strings.LastIndexByte(line, '}')
		if end < brace {
			return "", 0, false
		}
		name, rest = line[:brace], line[end+1:]
	} else {
		space := strings.IndexAny(line, " \t")
		if space < 0 {
			return "", 0, false
		}
		name, rest = line[:space], line[space:]
	}
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return "", 0, false
	}
	v, err := strconv.ParseFloat(fields[0], 64)
	return name, v, err == nil
}

// expvars are the numbers at the top of what package expvar shows. Strings, such as the
// command line, are not kept.
func expvars(data []byte) (map[string]float64, error) {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(data, &all); err != nil {
		return nil, fmt.Errorf("got JSON that is not whole, want what package expvar shows")
	}
	values := map[string]float64{}
	for name, raw := range all {
		var v float64
		if json.Unmarshal(raw, &v) == nil {
			values[name] = v
		}
	}
	return values, nil
}

// choose is the name that looks most like a counter of the requests that were served.
func choose(values map[string]float64) string {
	best, most := "", 0
	for _, name := range sortedNames(values) {
		if n := likeness(name); n > most {
			best, most = name, n
		}
	}
	return best
}

func sortedNames(values map[string]float64) []string {
	var names []string
	for n := range values {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// likeness is how much a name looks like a counter of requests; 0 for not at all.
func likeness(name string) int {
	lower := strings.ToLower(name)
	for _, no := range []string{"promhttp_", "client", "error", "fail", "in_flight", "inflight", "size", "bytes", "_bucket", "_sum"} {
		if strings.Contains(lower, no) {
			return 0
		}
	}
	switch {
	case lower == "http_requests_total":
		return 6
	case strings.Contains(lower, "http") && strings.HasSuffix(lower, "requests_total"):
		return 5
	case lower == "grpc_server_handled_total" || lower == "grpc_server_started_total":
		return 4
	case strings.HasSuffix(lower, "requests_total"):
		return 3
	case strings.Contains(lower, "request") && strings.HasSuffix(lower, "_count"):
		return 2
	case lower == "requests" || lower == "httprequests":
		return 1
	}
	return 0
}
