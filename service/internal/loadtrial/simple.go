package loadtrial

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"
	"sync"
	"time"
)

// simpleResult is what the second generator saw: latencies from the intended starts, sorted,
// and its latest start after the intended one.
type simpleResult struct {
	latencies []time.Duration
	late      time.Duration
}

// simpleLoad is a second generator, as simple as can be: it shares no code with package load.
// Each request has a goroutine and a timer of its own, started before the first request.
func simpleLoad(ctx context.Context, url string, rate float64, n int) (simpleResult, error) {
	transport := &http.Transport{MaxIdleConnsPerHost: n}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	latencies, late, errs := make([]time.Duration, n), make([]time.Duration, n), make([]error, n)
	began := time.Now()
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			intended := began.Add(time.Duration(float64(time.Second) * float64(i) / rate))
			time.Sleep(time.Until(intended))
			late[i] = time.Since(intended)
			errs[i] = get(ctx, client, url)
			latencies[i] = time.Since(intended)
		})
	}
	all.Wait()
	slices.Sort(latencies)
	return simpleResult{latencies, slices.Max(late)}, errors.Join(errs...)
}

func get(ctx context.Context, client *http.Client, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("got status %d, want 200", response.StatusCode)
	}
	return nil
}

// exact is the percentile of sorted values by the nearest rank.
func exact(sorted []time.Duration, percentile float64) time.Duration {
	const rounding = 1e-9 // 99.9 % of 1000 are 999, and a little more as a float
	rank := int(math.Ceil(percentile/100*float64(len(sorted)) - rounding))
	return sorted[min(max(rank, 1), len(sorted))-1]
}
