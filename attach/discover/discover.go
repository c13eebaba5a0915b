// Package discover finds the instances of a service: among the targets of a Prometheus
// server, or among pods by their labels, through `kubectl proxy`. Both are asked by plain
// HTTP.
package discover

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/watertight-go/watertight/attach"
	"github.com/watertight-go/watertight/internal/poll"
)

// Options say where to search.
type Options struct {
	// Most is how many instances are chosen at most. Zero means 10.
	Most int
	// Transport makes the requests; nil means connections of their own.
	Transport http.RoundTripper
}

// timeout bounds each answer.
const timeout = 10 * time.Second

// Prometheus chooses among the active targets of a Prometheus server those that are Go
// programs: with a series go_goroutines. Those whose goroutines grew most within an hour
// come first. net/http/pprof is taken to be at the address of the target.
func Prometheus(ctx context.Context, server string, o Options) ([]attach.Target, error) {
	var targets struct {
		Data struct {
			ActiveTargets []struct {
				Labels    map[string]string `json:"labels"`
				ScrapeURL string            `json:"scrapeUrl"`
				Health    string            `json:"health"`
			} `json:"activeTargets"`
		} `json:"data"`
	}
	if err := get(ctx, server, "/api/v1/targets?state=active", o, &targets); err != nil {
		return nil, fmt.Errorf("prometheus: targets: %w", err)
	}
	growth, err := grown(ctx, server, o)
	if err != nil {
		return nil, fmt.Errorf("prometheus: series go_goroutines: %w", err)
	}
	type candidate struct {
		attach.Target
		growth float64
	}
	var found []candidate
	for _, t := range targets.Data.ActiveTargets {
		g, isGo := growth[t.Labels["job"]+"\x00"+t.Labels["instance"]]
		u, err := url.Parse(t.ScrapeURL)
		if !isGo || err != nil || t.Health == "down" {
			continue
		}
		base := url.URL{Scheme: u.Scheme, User: u.User, Host: u.Host}
		found = append(found, candidate{attach.Target{URL: base.String(), Metrics: t.ScrapeURL, Name: t.Labels["instance"]}, g})
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("prometheus: got %d targets, none of which is up and has a series go_goroutines: name the services by their addresses", len(targets.Data.ActiveTargets))
	}
	slices.SortStableFunc(found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.growth, a.growth), cmp.Compare(a.Name, b.Name))
	})
	var all []attach.Target
	for _, c := range found[:min(len(found), cmp.Or(o.Most, 10))] {
		all = append(all, c.Target)
	}
	return all, nil
}

// grown is how much the goroutines of each target grew, by job and instance.
func grown(ctx context.Context, server string, o Options) (map[string]float64, error) {
	var series struct {
		Data struct {
			Result []struct {
				Metric map[string]string  `json:"metric"`
				Value  [2]json.RawMessage `json:"value"`
			} `json:"result"`
		} `json:"data"`
	}
	query := url.Values{"query": {"delta(go_goroutines[1h]) or 0 * go_goroutines"}}
	if err := get(ctx, server, "/api/v1/query?"+query.Encode(), o, &series); err != nil {
		return nil, err
	}
	growth := map[string]float64{}
	for _, s := range series.Data.Result {
		var text string
		_ = json.Unmarshal(s.Value[1], &text)
		v, _ := strconv.ParseFloat(text, 64)
		growth[s.Metric["job"]+"\x00"+s.Metric["instance"]] = v
	}
	return growth, nil
}

// get asks a server for JSON.
func get(ctx context.Context, server, path string, o Options, into any) error {
	if !strings.Contains(server, "://") {
		server = "http://" + server
	}
	u, err := url.Parse(strings.TrimRight(server, "/") + path)
	if err != nil || u.Host == "" {
		return errors.New("got an address that cannot be read, want one such as http://localhost:9090")
	}
	transport := o.Transport
	if transport == nil {
		own := &http.Transport{Proxy: http.ProxyFromEnvironment}
		defer own.CloseIdleConnections()
		transport = own
	}
	data, err := poll.Get(ctx, &http.Client{Transport: transport}, u, timeout)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("got %d bytes that are not the JSON of this interface: is this another server?", len(data))
	}
	return nil
}
