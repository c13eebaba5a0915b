package view

import (
	"fmt"
	"strings"

	"github.com/watertight-go/watertight/internal/format"
	"github.com/watertight-go/watertight/reports"
)

// estimate writes an interval in the unit of its center, as "16.6 h ±0.3". A
// lopsided interval is written as "16.6 h (16.1 to never)".
func estimate(i reports.Interval, in func(float64) format.Unit) string {
	if i.N == 0 {
		return "not measured"
	}
	u := in(i.Center)
	center, low, high := shown(i.Center, u), shown(i.Low, u), shown(i.High, u)
	text := strings.TrimSpace(center + " " + u.Name)
	if low == center && high == center {
		return text
	}
	near, far := min(i.Center-i.Low, i.High-i.Center), max(i.Center-i.Low, i.High-i.Center)
	if near > 0 && far <= 1.5*near && i.Low >= 0 {
		return fmt.Sprintf("%s ±%.2g", text, far/u.Scale)
	}
	return fmt.Sprintf("%s (%s to %s)", text, low, high)
}

// shown is a value in a unit.
func shown(f float64, u format.Unit) string {
	if f < 0 && u.Negative != "" {
		return u.Negative
	}
	return fmt.Sprintf("%.3g", f/u.Scale)
}

// hourUnit is the unit that suits a number of hours. Negative hours mean never.
func hourUnit(h float64) format.Unit {
	switch {
	case h >= 2*365*24:
		return format.Unit{Name: "years", Scale: 365 * 24, Negative: "never"}
	case h >= 48:
		return format.Unit{Name: "days", Scale: 24, Negative: "never"}
	}
	return format.Unit{Name: "h", Scale: 1, Negative: "never"}
}

// perRequest is for plain numbers.
func perRequest(float64) format.Unit { return format.Unit{Scale: 1} }
