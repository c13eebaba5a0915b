package benchtext

import (
	"regexp"
	"strings"

	"golang.org/x/perf/benchfmt"
	"golang.org/x/perf/benchmath"
)

// direction says which way a unit gets better; empty where nothing says so. A threshold
// with a sign says it for units that no file and no name explain.
func (c *comparison) direction(unit string) Better {
	if own := c.ownDirection(unit); own != "" {
		return own
	}
	if t := c.opts.Thresholds[unit]; t.Better != "" {
		return t.Better
	}
	return named(unit)
}

// ownDirection is what the lines "Unit" of the files say, or for the units of go test the
// benchmark format.
func (c *comparison) ownDirection(unit string) Better {
	for _, m := range []benchfmt.UnitMetadataMap{c.now.units, c.old.units} {
		switch m.GetBetter(unit) {
		case 1:
			return Higher
		case -1:
			return Lower
		}
	}
	return ""
}

var (
	// speeds are units of so many per second.
	speeds = regexp.MustCompile(`(?i)/(s|sec|second)$|^(rps|qps|tps|iops)$`)
	// troubles are what nobody wants many of in a second.
	troubles = regexp.MustCompile(`(?i)err|fail|drop|miss|timeout|retr|alloc|gc|pause|leak|fault|stall|lost|reject`)
	// sizes are times and sizes, as "p99-sec" or "bytes/conn".
	sizes = regexp.MustCompile(`(?i)(^|[-_])(sec|secs|seconds|ns|us|µs|μs|ms|bytes|b|kb|mb|kib|mib|allocs)(/|$)`)
)

// named is what the name of a unit says.
func named(unit string) Better {
	before, _, _ := strings.Cut(unit, "/")
	switch {
	case speeds.MatchString(unit) && !troubles.MatchString(before):
		return Higher
	case sizes.MatchString(unit) && !speeds.MatchString(unit):
		return Lower
	}
	return ""
}

// exact says that the unit is a count, as of allocations. benchmath.AssumeExact has no test
// of its own: its p is always 0.
func (c *comparison) exact(unit string) bool {
	if unit == "B/op" || unit == "allocs/op" {
		return true
	}
	return c.now.units.GetAssumption(unit) == benchmath.AssumeExact || c.old.units.GetAssumption(unit) == benchmath.AssumeExact
}
