package view

import (
	"fmt"
	"strings"

	"github.com/watertight-go/watertight/internal/format"
	"github.com/watertight-go/watertight/reports"
)

func hourUnit(h float64) format.Unit {
	switch {
	case h >= 2*365*24:
		return format.Unit{Name: "years", Scale: 365 * 24, Negative: "never"}
	case h >= 48:
		return format.Unit{Name: "days", Scale: 24, Negative: "never"}
	}
	return format.Unit{Name: "h", Scale: 1, Negative: "never"}
}

func perRequest(float64) format.Unit { return format.Unit{Scale: 1} }

// estimate is an interval in the unit of its center, as "16.6 h ±0.3", with the
// farther of its ends, or where it is lopsided "16.6 h (16.1 to never)": a
// negative time is one that never comes. N is zero where nothing was measured.
func estimate(i reports.Interval, in func(float64) format.Unit) string {
	if i.N == 0 {
		return "not measured"
	}
	u := in(i.Center)
	show := func(f float64) string {
		if f < 0 && u.Negative != "" {
			return u.Negative
		}
		return fmt.Sprintf("%.3g", f/u.Scale)
	}
	center, low, high := show(i.Center), show(i.Low), show(i.High)
	text := strings.TrimSpace(center + " " + u.Name)
	if low == center && high == center {
		return text
	}
	near, far := i.Center-i.Low, i.High-i.Center
	if near, far = min(near, far), max(near, far); near > 0 && far <= 1.5*near && i.Low >= 0 {
		return fmt.Sprintf("%s ±%.2g", text, far/u.Scale)
	}
	return fmt.Sprintf("%s (%s to %s)", text, low, high)
}
