package floors

import (
	"math"
	"strings"
	"testing"
	"time"
)

// series samples a function each two seconds, with a counter of requests.
func series(d time.Duration, value, requests func(t float64) float64) Series {
	var s Series
	for at := time.Duration(0); at <= d; at += 2 * time.Second {
		s.Samples = append(s.Samples, Sample{at, math.Round(value(at.Seconds()))})
		if requests != nil {
			s.Requests = append(s.Requests, Sample{at, math.Round(requests(at.Seconds()))})
		}
	}
	return s
}

func linear(slope float64) func(float64) float64 {
	return func(t float64) float64 { return slope * t }
}

func TestGrades(t *testing.T) {
	step := func(t float64) float64 { return 100 * math.Floor(t/100) }
	late := func(t float64) float64 { return 20 * math.Max(0, t-115) }
	stops := func(t float64) float64 { return 20 * math.Min(t, 130) }
	for name, tc := range map[string]struct {
		series Series
		want   Grade
		why    string
	}{
		"leak":                 {series(4*time.Minute, linear(10), nil), Leak, ""},
		"one inspection":       {series(2*time.Minute, linear(10), nil), Suspected, "too short"},
		"too few":              {series(time.Minute, linear(10), nil), Unknown, "31 polls, want 48"},
		"nothing":              {Series{}, Unknown, "0 polls"},
		"constant":             {series(4*time.Minute, linear(0), nil), Flat, "steadily"},
		"few":                  {series(4*time.Minute, linear(0.03), nil), Flat, ""},
		"falls":                {series(4*time.Minute, linear(-10), nil), Flat, "steadily"},
		"steps":                {series(4*time.Minute, step, nil), Flat, "steadily"},
		"began in the middle":  {series(4*time.Minute, late, nil), Suspected, "the inspection before"},
		"stopped":              {series(4*time.Minute, stops, nil), Flat, ""},
		"slows down":           {series(4*time.Minute, func(t float64) float64 { return 3000 * (1 - math.Exp(-t/200)) }, nil), Suspected, "slows down"},
		"the rate rises":       {series(4*time.Minute, linear(10), func(t float64) float64 { return 10*t + t*t/20 }), Unknown, "request rate rose"},
		"the rate falls":       {series(4*time.Minute, linear(10), func(t float64) float64 { return 50*t - t*t/20 }), Leak, ""},
		"bytes":                {Series{Samples: series(4*time.Minute, linear(1000), nil).Samples, Unit: 512 << 10}, Flat, ""},
		"as much as by chance": {series(4*time.Minute, func(t float64) float64 { return 1e6 + t }, nil), Flat, "chance"},
	} {
		got := Judge(tc.series)
		if got.Grade != tc.want || tc.why != "" && !strings.Contains(got.Why, tc.why) {
			t.Errorf("%s: got %s (%s), want %s (%s)", name, got.Grade, got.Why, tc.want, tc.why)
		}
	}
}

func TestSlopes(t *testing.T) {
	got := Judge(series(4*time.Minute, func(t float64) float64 { return 2*t + 30*math.Abs(math.Sin(t)) }, linear(50)))
	if got.Grade != Leak || math.Abs(got.Slope-2) > 0.1 || math.Abs(got.PerRequest-0.04) > 0.002 || math.Abs(got.RatePerSecond-50) > 0.5 {
		t.Errorf("got %+v, want a leak of 2 a second and 0.04 a request within 5 %%", got)
	}
	if got.Low > 2 || got.High < 2 || got.Low <= 0 {
		t.Errorf("got the interval %.2f to %.2f, want one around 2", got.Low, got.High)
	}
}

// Samples that come at any distances are judged by their times.
func TestUnevenPolls(t *testing.T) {
	var s Series
	for i := range 120 {
		at := time.Duration(2*i+i%3) * time.Second
		s.Samples = append(s.Samples, Sample{at, math.Round(5 * at.Seconds())})
	}
	if got := Judge(s); got.Grade != Leak || math.Abs(got.Slope-5) > 0.25 {
		t.Errorf("got %+v, want a leak of 5 a second", got)
	}
}
