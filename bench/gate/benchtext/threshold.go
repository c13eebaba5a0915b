package benchtext

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"golang.org/x/perf/benchunit"

	"github.com/watertight-go/watertight/bench/gate/internal/format"
	"github.com/watertight-go/watertight/internal/nearest"
)

// Threshold is how much worse a unit may become.
type Threshold struct {
	// Part is a part of the earlier value: 0.1 is 10 %. Infinite means that the unit is not
	// compared.
	Part float64
	// Better says which way the unit gets better. Empty means that the unit itself says so.
	Better Better
}

// Better says which values of a unit are better.
type Better string

const (
	// Lower: less is better, as of time.
	Lower Better = "lower"
	// Higher: more is better, as of requests per second.
	Higher Better = "higher"
)

// Thresholds are those that were asked for, by unit. Other units have defaults: bytes 1 %,
// allocations and units that are exact nothing, all others 10 %.
type Thresholds map[string]Threshold

// defaultPart is the part of units without a default of their own.
const defaultPart = 0.10

// ignored is the threshold of units that are not compared.
const ignored = "ignore"

// ParseThresholds reads "sec/op=5%,B/op=0,req/s=-10%,widgets/op=ignore". With a minus the
// unit may fall by so much: more is better. With a plus it may rise. ns/op is read as
// sec/op and MB/s as B/s, as in the benchmark format.
func ParseThresholds(text string) (Thresholds, error) {
	all := Thresholds{}
	if strings.TrimSpace(text) == "" {
		return all, nil
	}
	for item := range strings.SplitSeq(text, ",") {
		unit, value, found := strings.Cut(strings.TrimSpace(item), "=")
		if unit = strings.TrimSpace(unit); !found || unit == "" {
			return nil, fmt.Errorf("got %q, want UNIT=PERCENT, as sec/op=5%%,allocs/op=0", format.Printable(item))
		}
		t, err := parseThreshold(strings.TrimSpace(value))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", format.Printable(unit), err)
		}
		if _, twice := all[normalized(unit)]; twice {
			return nil, fmt.Errorf("%s: got the unit twice, want it once (ns/op is sec/op, MB/s is B/s)", format.Printable(unit))
		}
		all[normalized(unit)] = t
	}
	return all, nil
}

func parseThreshold(text string) (t Threshold, err error) {
	if text == ignored {
		return Threshold{Part: math.Inf(1)}, nil
	}
	if size, ok := strings.CutPrefix(text, "-"); ok {
		t.Better, text = Higher, size
	} else if size, ok := strings.CutPrefix(text, "+"); ok {
		t.Better, text = Lower, size
	}
	if t.Part, err = format.ParsePercent(text); err != nil {
		return Threshold{}, fmt.Errorf("%w, -10%% for a unit of which more is better, or %s", err, ignored)
	}
	if t.Better == Higher && t.Part >= 1 {
		return Threshold{}, fmt.Errorf("got -%s, want less than 100%%: nothing falls by more", text)
	}
	return t, nil
}

// normalized is the unit as the reader of the benchmark format returns it.
func normalized(unit string) string {
	_, n := benchunit.Tidy(1, unit)
	return n
}

// check is an error for thresholds of units that neither file has, or whose direction is
// another one.
func (c *comparison) check() error {
	known := map[string]bool{}
	for _, o := range []*Output{c.old, c.now} {
		for _, k := range o.order {
			known[k.unit] = true
		}
	}
	var errs []error
	for _, unit := range slices.Sorted(maps.Keys(c.opts.Thresholds)) {
		t := c.opts.Thresholds[unit]
		own := c.ownDirection(unit)
		switch {
		case !known[unit]:
			errs = append(errs, nearest.Unknown("unit", unit, slices.Sorted(maps.Keys(known)), ""))
		case t.Better != "" && own != "" && own != t.Better:
			errs = append(errs, fmt.Errorf("%s: got a threshold for a unit of which %s is better, want one without a sign: of %s, %s is better", unit, t.Better, unit, own))
		case c.direction(unit) == Higher && t.Part >= 1 && !math.IsInf(t.Part, 1):
			errs = append(errs, fmt.Errorf("%s: got %.0f%%, want less than 100%%: nothing falls by more", unit, 100*t.Part))
		}
	}
	if len(errs) > 0 {
		return fmt.Errorf("threshold: %w", errors.Join(errs...))
	}
	return nil
}

// part is the threshold of a unit.
func (c *comparison) part(unit string) float64 {
	if t, named := c.opts.Thresholds[unit]; named {
		return t.Part
	}
	switch {
	case unit == "B/op":
		return 0.01
	case c.exact(unit):
		return 0
	}
	return defaultPart
}
