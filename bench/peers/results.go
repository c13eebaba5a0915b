package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"time"

	"github.com/watertight-go/watertight/bench"
)

// results are what was measured, in their stored form.
type results struct {
	// Measured is when the first row was measured, in UTC.
	Measured time.Time
	// Environment is where. Rows of different environments are not mixed.
	Environment environment
	Rows        []row
	Overshoot   *overshoot `json:",omitempty"`
}

type environment struct {
	Go, OS, Arch string
	CPUs         int
}

func (e environment) String() string {
	return fmt.Sprintf("%s, %s/%s, %d processors", e.Go, e.OS, e.Arch, e.CPUs)
}

func here() environment {
	return environment{Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH, CPUs: runtime.GOMAXPROCS(0)}
}

// row is one subject on one job with a number of agents. It has a ratio to the
// floor, or the bytes for each agent.
type row struct {
	Job     string
	Agents  int
	Subject string
	Ratio   *bench.Ratio `json:",omitempty"`
	Bytes   float64      `json:",omitempty"`
}

type overshoot struct {
	bench.Overshoot
	// Race says whether the race detector was on.
	Race bool
}

// String is the result in one line.
func (o *overshoot) String() string {
	with := "without"
	if o.Race {
		with = "with"
	}
	return fmt.Sprintf("%d calls, %s the race detector: p50 %v, p99 %v, max %v after the bound; goroutines that only slept: p50 %v, p99 %v, max %v",
		o.Requests, with, round(o.P50), round(o.P99), round(o.Max), round(o.TimerP50), round(o.TimerP99), round(o.TimerMax))
}

func round(d time.Duration) time.Duration { return d.Round(10 * time.Microsecond) }

// add adds rows. A row replaces the one of the same job, number and subject.
func (r *results) add(rows ...row) {
	for _, n := range rows {
		found := false
		for i := range r.Rows {
			if o := &r.Rows[i]; o.Job == n.Job && o.Agents == n.Agents && o.Subject == n.Subject {
				*o, found = n, true
			}
		}
		if !found {
			r.Rows = append(r.Rows, n)
		}
	}
}

func readResults(file string) (*results, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("results: %w; measure first with peers run", err)
	}
	r := &results{}
	if err := json.Unmarshal(data, r); err != nil {
		return nil, fmt.Errorf("results: %s: not a file that peers run wrote: %w", file, err)
	}
	return r, nil
}

// openResults reads the results to add to, or returns new ones if there is no file.
func openResults(file string) (*results, error) {
	r, err := readResults(file)
	if errors.Is(err, fs.ErrNotExist) {
		return &results{Measured: time.Now().UTC(), Environment: here()}, nil
	}
	if err == nil && r.Environment != here() {
		err = fmt.Errorf("results: %s was measured on %v, this is %v: remove it, or name another file", file, r.Environment, here())
	}
	return r, err
}

func (r *results) store(file string) error {
	data, err := json.MarshalIndent(r, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(data, '\n'), 0o644)
}
