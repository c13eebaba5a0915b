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

// Result is what a child hands to its parent: what it saw, or why it could not
// look. Without one, the process was ended by what ran in it.
type Result struct {
	Observation scenarios.Observation `json:"observation"`
	Bench       []reports.Cost        `json:"bench,omitempty"`
	Trouble     string                `json:"trouble,omitempty"`
}

// writeResult writes to a temporary name first: a result is whole or missing.
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

// ReadResult reads what a child wrote; false where it wrote nothing.
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

// ReadProgress reads how far a child came that wrote no result: how many
// requests it had made, and the limit that it ran under.
func ReadProgress(file string, o *scenarios.Observation) {
	data, err := os.ReadFile(file)
	if err != nil {
		return
	}
	line, _, _ := strings.Cut(string(data), "\n")
	var mark progressMark
	if json.Unmarshal([]byte(line), &mark) != nil {
		return
	}
	o.Totals.Requests = mark.Requests
	if mark.Sample.Goroutines > 0 {
		o.Series = append(o.Series, mark.Sample)
	}
	o.Limit = mark.Limit
}

// progressMark is what a limit cell keeps on disk, as it may be killed by the
// limit at any moment.
type progressMark struct {
	Requests int                 `json:"requests"`
	Sample   scenarios.Sample    `json:"sample"`
	Limit    *scenarios.LimitHit `json:"limit,omitempty"`
}
