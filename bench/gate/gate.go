// Package gate compares a run with a committed baseline and names the rows that
// are worse.
//
//	base, err := gate.Load("reports/baseline.json")
//	answer, err := gate.Compare(base, report, gate.Options{})
//	answer.Render(os.Stdout, result.RenderOptions{})
//	os.Exit(answer.ExitCode(result.Lenient))
//
// Verdicts, goroutines, descriptors, retained bytes and allocations are exact or
// nearly so: a worse figure fails the gate. Time is compared only as a ratio to
// the floor of the same run. It fails the gate if a Mann-Whitney test finds a
// difference, the difference is larger than the threshold, and than twice the noise
// within the run where that is above the threshold, and a second batch of samples
// confirms it. A row that cannot be decided is unsure, which is never the same as ok.
//
// Package gate/benchtext compares two outputs of `go test -bench` instead.
package gate

import (
	"fmt"
	"strings"
	"time"

	"github.com/watertight-go/watertight/bench/gate/internal/baseline"
	"github.com/watertight-go/watertight/bench/gate/internal/format"
	"github.com/watertight-go/watertight/bench/gate/internal/samples"
	"github.com/watertight-go/watertight/bench/gate/result"
	"github.com/watertight-go/watertight/reports"
)

// Baseline is the rows that were accepted. The zero Baseline has none. There is
// one set of rows for each kind of build: minor version of Go, system,
// architecture, with or without the race detector.
type Baseline struct {
	file baseline.File
}

// Load reads a baseline that Save wrote.
func Load(path string) (*Baseline, error) {
	f, err := baseline.Load(path)
	if err != nil {
		return nil, err
	}
	return &Baseline{*f}, nil
}

// Accepted says what Accept put into a baseline for one kind of build.
type Accepted struct {
	// Build is the kind of build, as "go1.27 linux/amd64".
	Build string
	// Cells, Costs and Times are the numbers of rows.
	Cells, Costs, Times int
	// Doubts are reasons not to commit the baseline, in words.
	Doubts []string
}

// Accept puts the rows of a report into the baseline, of the executors named or
// of all. It replaces the rows of the same kind of build. The error says what was
// not measured or not judged; then the baseline is as it was.
func (b *Baseline) Accept(r *reports.Report, executors ...string) ([]Accepted, error) {
	sets, err := baseline.Accept(r, executors...)
	if err != nil {
		return nil, err
	}
	b.file.Put(sets...)
	var all []Accepted
	for _, s := range sets {
		all = append(all, Accepted{Build: s.Key.String(), Cells: len(s.Cells), Costs: len(s.Costs), Times: len(s.Times),
			Doubts: s.Doubts(samples.DefaultThreshold)})
	}
	return all, nil
}

// Save writes the baseline to path. A concurrent reader finds the old file or
// the new one.
func (b *Baseline) Save(path string) error { return b.file.Save(path) }

// SaveText writes the costs and times to path in the Go benchmark format, which
// benchstat reads. The unit of time is the ratio to the floor.
func (b *Baseline) SaveText(path string) error { return b.file.SaveText(path) }

// Executors are the executors that have rows, sorted.
func (b *Baseline) Executors() []string { return b.file.Executors() }

// Options say how rows are compared. The zero Options take the defaults.
type Options struct {
	// Threshold is the change above which time is worse: 0.12 is 12 %. Zero
	// means 12 %, a negative number means no threshold but the noise.
	Threshold float64
	// Alpha is the level of the Mann-Whitney test. Zero means 0.01; other values
	// must be from 0.0001 to below 1.
	Alpha float64
	// Measure are the kinds of rows that are compared. Empty means all.
	Measure []Kind
	// Waivers accept rows that are worse.
	Waivers []result.Waiver
	// Now is the day that expiry dates are compared with. Zero means today.
	Now time.Time
}

// Kind is a kind of rows.
type Kind string

const (
	// Cells are verdicts and what scenarios leave behind.
	Cells Kind = "cells"
	// Costs are allocations and what requests leave behind.
	Costs Kind = "costs"
	// Times are the times of requests as ratios to the floor.
	Times Kind = "times"
)

// Kinds are all kinds of rows.
func Kinds() []Kind { return []Kind{Cells, Costs, Times} }

// Check returns an error if a field has a value that Compare cannot use.
func (o Options) Check() error {
	if err := samples.CheckAlpha(o.Alpha); err != nil {
		return fmt.Errorf("gate: %w", err)
	}
	return nil
}

// ParseThreshold reads "12%" or "12" as 0.12, for Options.Threshold. An empty
// text means the default, "0" means no threshold but the noise.
func ParseThreshold(text string) (float64, error) {
	if strings.TrimSpace(text) == "" {
		return 0, nil
	}
	v, err := format.ParsePercent(text)
	if err == nil && v == 0 {
		return -1, nil
	}
	return v, err
}

func (o Options) withDefaults() Options {
	if o.Threshold == 0 {
		o.Threshold = samples.DefaultThreshold
	}
	o.Threshold = max(o.Threshold, 0)
	if o.Alpha == 0 {
		o.Alpha = samples.DefaultAlpha
	}
	if len(o.Measure) == 0 {
		o.Measure = Kinds()
	}
	return o
}
