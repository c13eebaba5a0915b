package benchtext

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/perf/benchunit"

	"github.com/watertight-go/watertight/bench/gate/internal/format"
)

// Thresholds are how much worse each unit may become: 0.1 is 10 %.
type Thresholds map[string]float64

// DefaultThresholds allow time 10 %, bytes 1 % and allocations nothing.
func DefaultThresholds() Thresholds {
	return Thresholds{"sec/op": 0.10, "B/op": 0.01, "allocs/op": 0}
}

// ParseThresholds reads "sec/op=5%,B/op=0,allocs/op=0". ns/op is read as sec/op
// and MB/s as B/s, as in the benchmark format. Units that the text does not name
// keep their defaults.
func ParseThresholds(text string) (Thresholds, error) {
	all := DefaultThresholds()
	if strings.TrimSpace(text) == "" {
		return all, nil
	}
	for item := range strings.SplitSeq(text, ",") {
		unit, value, found := strings.Cut(strings.TrimSpace(item), "=")
		if !found || unit == "" {
			return nil, fmt.Errorf("got %q, want UNIT=PERCENT, as sec/op=5%%,allocs/op=0", format.Printable(item))
		}
		part, err := format.ParsePercent(value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", format.Printable(unit), err)
		}
		all[normalized(unit)] = part
	}
	return all, nil
}

// normalized is the unit as the reader of the benchmark format returns it.
func normalized(unit string) string {
	_, n := benchunit.Tidy(1, unit)
	return n
}

// units are the units that have a threshold, for a message.
func (t Thresholds) units() string {
	var names []string
	for unit := range t {
		names = append(names, unit)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}
