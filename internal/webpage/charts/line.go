// Package charts draws curves over time as SVG, without a script: the page that shows them
// needs no network, and its policy allows no style in an element.
package charts

import (
	"fmt"
	"strings"
)

// Point is a value at a time, in seconds.
type Point struct{ At, Value float64 }

// Line is a curve: points in the order of their times.
type Line []Point

// Span is what an axis shows.
type Span struct{ From, To float64 }

// place is where v stands on an axis of a length.
func (s Span) place(v, length float64) float64 {
	if s.To <= s.From {
		return 0
	}
	return (v - s.From) / (s.To - s.From) * length
}

// Spans are the times and the values of a line that has points.
func (l Line) Spans() (at, value Span) {
	at, value = Span{l[0].At, l[len(l)-1].At}, Span{l[0].Value, l[0].Value}
	for _, x := range l {
		value = Span{min(value.From, x.Value), max(value.To, x.Value)}
	}
	return at, value
}

// Area is the part of a drawing between the axes, with what they show. Left and Top are
// where it begins.
type Area struct {
	At, Value                Span
	Left, Top, Width, Height float64
}

func (a Area) x(at float64) float64    { return a.Left + a.At.place(at, a.Width) }
func (a Area) y(value float64) float64 { return a.Top + a.Height - a.Value.place(value, a.Height) }

// Polyline are the points of a line as SVG has them.
func (l Line) Polyline(a Area) string {
	var b strings.Builder
	for _, x := range l {
		fmt.Fprintf(&b, "%.1f,%.1f ", a.x(x.At), a.y(x.Value))
	}
	return b.String()
}
