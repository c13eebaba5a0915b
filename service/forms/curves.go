package forms

import (
	"github.com/watertight-go/watertight/internal/webpage/charts"
	"github.com/watertight-go/watertight/service"
)

// timeline puts the phases of both versions at the same place of one axis: a phase begins
// where it begins in the later of them, and takes as long as in the slower of them. So the
// load of round 2 is above the load of round 2, also where one version took longer to settle.
type timeline struct {
	bands []charts.Band
}

// newTimeline takes the phases by their number: all versions go through the same ones, and
// one that died has the first of them. The names are those of the version with most.
func newTimeline(r service.Result) timeline {
	longest := 0
	for i, s := range r.Sides {
		if len(s.Phases) > len(r.Sides[longest].Phases) {
			longest = i
		}
	}
	var t timeline
	if len(r.Sides) == 0 || len(r.Sides[longest].Phases) == 0 {
		return t
	}
	end := 0.0
	for i, p := range r.Sides[longest].Phases {
		begin, length := end, 0.0
		for _, s := range r.Sides {
			if i < len(s.Phases) {
				begin = max(begin, end+gap(s.Phases, i))
				length = max(length, (s.Phases[i].To - s.Phases[i].From).Seconds())
			}
		}
		end = begin + length
		t.bands = append(t.bands, charts.Band{Name: clean(p.Name), Span: charts.Span{From: begin, To: end}})
	}
	return t
}

// gap is the time between a phase and the one before, or the start of the service.
func gap(phases []service.Phase, i int) float64 {
	if i == 0 {
		return max(phases[0].From.Seconds(), 0)
	}
	return max((phases[i].From - phases[i-1].To).Seconds(), 0)
}

// place is where a moment of a version stands on the axis.
func (t timeline) place(phases []service.Phase, at float64) float64 {
	now := -1
	for i, p := range phases {
		if i < len(t.bands) && p.From.Seconds() <= at {
			now = i
		}
	}
	if now < 0 {
		return at
	}
	return t.bands[now].From + at - phases[now].From.Seconds()
}

// kinds are the charts of the page, in order.
var kinds = []struct {
	kind service.Kind
	unit charts.Unit
	name string
}{
	{service.Goroutines, charts.Count, "Goroutines"},
	{service.Descriptors, charts.Count, "Open files and connections"},
	{service.Heap, charts.Bytes, "Heap in use"},
}

// curveFigures are the curves of all versions: a chart for each kind that has any.
func curveFigures(r service.Result) (all []charts.Figure) {
	t := newTimeline(r)
	for _, k := range kinds {
		chart := charts.Chart{Title: k.name, Unit: k.unit, Bands: t.bands}
		known := false
		for _, s := range r.Sides {
			line := t.line(s, k.kind)
			known = known || len(line) > 0
			chart.Series = append(chart.Series, charts.Series{Name: clean(s.Name), Line: line})
		}
		if known {
			all = append(all, chart.Figure())
		}
	}
	return all
}

// line is the curve of a kind on the axis of all versions. Values that were not known, which
// are negative, are left out.
func (t timeline) line(s service.Summary, k service.Kind) (line charts.Line) {
	for _, c := range s.Curves {
		if c.Kind != k {
			continue
		}
		for _, x := range c.Points {
			if x.Value >= 0 {
				line = append(line, charts.Point{At: t.place(s.Phases, x.At), Value: x.Value})
			}
		}
	}
	return line
}
