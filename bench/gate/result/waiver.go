package result

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/watertight-go/watertight/bench/gate/internal/format"
)

// waiverSchema is the version of the waiver file.
const waiverSchema = "watertight.waivers/1"

// Waiver accepts for a while that a row is worse than before.
type Waiver struct {
	// Row is the row's name.
	Row string `json:"row"`
	// Ceiling is the largest figure that is accepted. A verdict has no figure
	// and needs no ceiling.
	Ceiling *float64 `json:"ceiling,omitempty"`
	// Reason is printed wherever the waiver is used. Required.
	Reason string `json:"reason"`
	// Expires is the last day of the waiver, as "2026-12-31". Required.
	Expires string `json:"expires"`
}

// LoadWaivers reads a file of waivers. The error names everything that is wrong
// in the file.
func LoadWaivers(path string) ([]Waiver, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("gate: waivers: %w", err)
	}
	var file struct {
		Schema  string   `json:"schema"`
		Waivers []Waiver `json:"waivers"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("gate: waivers %q: invalid JSON (%s), want {\"schema\": %q, \"waivers\": [...]}", path, format.Printable(err.Error()), waiverSchema)
	}
	if file.Schema != waiverSchema {
		return nil, fmt.Errorf("gate: waivers %q: got schema %q, want %q", path, file.Schema, waiverSchema)
	}
	if err := checkWaivers(file.Waivers); err != nil {
		return nil, fmt.Errorf("gate: waivers %q: %w", path, err)
	}
	return file.Waivers, nil
}

func checkWaivers(waivers []Waiver) error {
	var errs []error
	seen := map[string]bool{}
	for i, w := range waivers {
		if _, err := time.Parse(time.DateOnly, w.Expires); err != nil {
			errs = append(errs, fmt.Errorf("waivers[%d].expires: got %q, want a day as 2026-12-31", i, w.Expires))
		}
		if w.Row == "" || w.Reason == "" {
			errs = append(errs, fmt.Errorf("waivers[%d]: got row %q and reason %q, want both", i, format.Printable(w.Row), format.Printable(w.Reason)))
		}
		if seen[w.Row] {
			errs = append(errs, fmt.Errorf("waivers[%d]: got row %q twice, want each row once", i, format.Printable(w.Row)))
		}
		seen[w.Row] = true
	}
	return errors.Join(errs...)
}

// Waive marks the rows that a waiver accepts on that day; the zero time means
// today. A waiver that has expired is a failure, whether it is used or not. A
// waiver that names no row, or that is not needed, is a warning.
func (r *Result) Waive(waivers []Waiver, day time.Time) {
	if day.IsZero() {
		day = time.Now()
	}
	for _, w := range waivers {
		name := format.Printable(w.Row)
		if w.expired(day) {
			r.Failures = append(r.Failures, fmt.Sprintf("the waiver of %s has expired (%s): remove it or renew it; its reason was: %s", name, w.Expires, format.Printable(w.Reason)))
			continue
		}
		row := r.Find(name)
		switch {
		case row == nil:
			r.Warnings = append(r.Warnings, fmt.Sprintf("the waiver of %s names no row of this run", name))
		case row.Status != Worse:
			r.Warnings = append(r.Warnings, fmt.Sprintf("the waiver of %s was not needed: the row is %s", name, row.Status))
		default:
			w.apply(row)
		}
	}
}

// apply waives a row that is worse, or notes why the waiver does not.
func (w Waiver) apply(row *Row) {
	switch {
	case row.Figure != nil && w.Ceiling == nil:
		row.Note = "not waived: the row is a figure, and the waiver has no ceiling"
	case row.Figure != nil && *row.Figure > *w.Ceiling:
		row.Note = fmt.Sprintf("above the waiver's ceiling of %s", format.Number(*w.Ceiling))
	default:
		row.Status, row.Note = Waived, fmt.Sprintf("%s (until %s)", format.Printable(w.Reason), w.Expires)
	}
}

func (w Waiver) expired(day time.Time) bool {
	last, err := time.Parse(time.DateOnly, w.Expires)
	return err != nil || day.UTC().Truncate(24*time.Hour).After(last)
}
