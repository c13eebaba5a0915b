package gate

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"
)

// WaiverSchema is the version of the waiver file.
const WaiverSchema = "watertight.waivers/1"

// Waiver accepts that a row is worse than the baseline, for a while.
type Waiver struct {
	// Row is the row's name.
	Row string `json:"row"`
	// Ceiling is the most that the row's figure may come to. A row that is a
	// verdict has no figure and needs none.
	Ceiling *float64 `json:"ceiling,omitempty"`
	// Reason is printed wherever the waiver is used. Required.
	Reason string `json:"reason"`
	// Expires is the last day on which it holds, as "2026-12-31". Required.
	Expires string `json:"expires"`
}

// LoadWaivers reads a file of waivers, or names everything that is wrong in it.
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
		return nil, fmt.Errorf("gate: waivers %q: got no JSON (%s), want {\"schema\": %q, \"waivers\": [...]}", path, printable(err.Error()), WaiverSchema)
	}
	if file.Schema != WaiverSchema {
		return nil, fmt.Errorf("gate: waivers %q: got schema %q, want %q", path, file.Schema, WaiverSchema)
	}
	var errs []error
	seen := map[string]bool{}
	for i, w := range file.Waivers {
		if _, err := time.Parse(time.DateOnly, w.Expires); err != nil {
			errs = append(errs, fmt.Errorf("waivers[%d].expires: got %q, want a day as 2026-12-31", i, w.Expires))
		}
		if w.Row == "" || w.Reason == "" {
			errs = append(errs, fmt.Errorf("waivers[%d]: got row %q and reason %q, want both", i, printable(w.Row), printable(w.Reason)))
		}
		if seen[w.Row] {
			errs = append(errs, fmt.Errorf("waivers[%d]: got row %q twice, want each once", i, printable(w.Row)))
		}
		seen[w.Row] = true
	}
	if len(errs) > 0 {
		return nil, fmt.Errorf("gate: waivers %q: %w", path, errors.Join(errs...))
	}
	return file.Waivers, nil
}

// expired says that the waiver's last day is over.
func (w Waiver) expired(now time.Time) bool {
	day, err := time.Parse(time.DateOnly, w.Expires)
	return err != nil || now.UTC().Truncate(24*time.Hour).After(day)
}

// waive marks the rows that a waiver accepts. A waiver that has expired fails
// the gate, used or not; one that names no row, or is not needed, is named.
func (r *Result) waive(opts Options) {
	for _, w := range opts.Waivers {
		name := printable(w.Row)
		if w.expired(opts.Now) {
			r.Failures = append(r.Failures, fmt.Sprintf("the waiver of %s has expired (%s): remove it or renew it; its reason was: %s", name, w.Expires, printable(w.Reason)))
			continue
		}
		row := r.find(name)
		switch {
		case row == nil:
			r.Warnings = append(r.Warnings, fmt.Sprintf("the waiver of %s names no row of this run", name))
		case row.Status != Worse:
			r.Warnings = append(r.Warnings, fmt.Sprintf("the waiver of %s was not needed: the row is %s", name, row.Status))
		case row.ceiled && w.Ceiling == nil:
			row.Note = "the waiver has no ceiling, which a figure needs"
		case row.ceiled && row.value > *w.Ceiling:
			row.Note = fmt.Sprintf("above the waiver's ceiling of %s", figure(*w.Ceiling))
		default:
			row.Status, row.Note = Waived, fmt.Sprintf("%s (until %s)", printable(w.Reason), w.Expires)
		}
	}
}

func (r *Result) find(name string) *Row {
	for i := range r.Rows {
		if r.Rows[i].Name == name {
			return &r.Rows[i]
		}
	}
	return nil
}
