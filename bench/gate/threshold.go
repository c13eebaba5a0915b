package gate

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/perf/benchunit"
)

// Thresholds are how much worse each unit may become, as a part of the whole.
type Thresholds map[string]float64

// DefaultThresholds are those of CompareTexts: allocations exactly, bytes nearly
// so, time by a tenth.
func DefaultThresholds() Thresholds {
	return Thresholds{"sec/op": 0.10, "B/op": 0.01, "allocs/op": 0}
}

// ParseThresholds reads "sec/op=5%,B/op=0,allocs/op=0". ns/op is sec/op and MB/s is
// B/s, as in the benchmark format. An empty text is DefaultThresholds; units that
// it does not name keep theirs.
func ParseThresholds(text string) (Thresholds, error) {
	all := DefaultThresholds()
	if strings.TrimSpace(text) == "" {
		return all, nil
	}
	for item := range strings.SplitSeq(text, ",") {
		unit, value, found := strings.Cut(strings.TrimSpace(item), "=")
		if !found || unit == "" {
			return nil, fmt.Errorf("got %q, want UNIT=PERCENT, as in sec/op=5%%,allocs/op=0", printable(item))
		}
		part, err := ParsePercent(value)
		if err != nil || value == "" {
			return nil, fmt.Errorf("%s: got %q, want a percentage, as 5%% or 0", printable(unit), printable(value))
		}
		all[tidy(unit)] = part
	}
	return all, nil
}

// tidy is the unit as the benchmark format's reader gives it.
func tidy(unit string) string {
	_, tidied := benchunit.Tidy(1, unit)
	return tidied
}

// ParsePercent reads "12%" or "12" as 0.12. An empty text is 0.
func ParsePercent(text string) (float64, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0, nil
	}
	v, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(text, "%")), 64)
	if err != nil || math.IsNaN(v) || v < 0 || v > 10_000 {
		return 0, fmt.Errorf("got %q, want a percentage, as 12%%", printable(text))
	}
	return v / 100, nil
}

// units are those with a threshold, in words.
func (t Thresholds) units() string {
	var names []string
	for unit := range t {
		names = append(names, unit)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}
