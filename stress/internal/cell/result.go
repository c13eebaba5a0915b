package cell

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/scenarios"
)

// Result is what a child tells its parent. A child without a result was ended by
// what ran in it.
type Result struct {
	// Observation is what was observed; of a cell that measures costs, Bench.
	Observation scenarios.Observation `json:"observation"`
	Bench       []reports.Cost        `json:"bench,omitempty"`
	// Stalled says that virtual time made no progress, so that nothing was observed.
	Stalled string `json:"stalled,omitempty"`
	// Trouble says why nothing could be observed.
	Trouble string `json:"trouble,omitempty"`
}

// writeResult writes to a temporary file first, so that a result is whole or
// missing.
func writeResult(file string, r Result) error {
	data, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("stress: result: %w", err)
	}
	temp := file + ".tmp"
	err = os.WriteFile(temp, data, 0o600)
	if err == nil {
		err = os.Rename(temp, file)
	}
	if err != nil {
		return fmt.Errorf("stress: result: %w", err)
	}
	return nil
}

// ReadResult reads the result of a child. wrote is false where there is none.
func ReadResult(file string) (r Result, wrote bool, err error) {
	data, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return r, false, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &r)
	}
	if err == nil && r.Trouble != "" {
		err = errors.New(r.Trouble)
	}
	if err != nil {
		return r, false, fmt.Errorf("stress: child: %w", err)
	}
	return r, true, nil
}

// ReadProgress adds to o how far a child came that wrote no result: its requests,
// its last sample, and the limit that it had lowered.
func ReadProgress(file string, o *scenarios.Observation) {
	data, err := os.ReadFile(file)
	if err != nil {
		return
	}
	line, _, _ := strings.Cut(string(data), "\n")
	var p progress
	if json.Unmarshal([]byte(line), &p) != nil {
		return
	}
	o.Totals.Requests = p.Requests
	if p.Sample.Goroutines > 0 {
		o.Series = append(o.Series, p.Sample)
	}
	o.Limit = p.Limit
}

// progress is how far a load came. It is kept in a file, as the limit may end the
// process at any moment.
type progress struct {
	Requests int                 `json:"requests"`
	Sample   scenarios.Sample    `json:"sample"`
	Limit    *scenarios.LimitHit `json:"limit,omitempty"`
}
