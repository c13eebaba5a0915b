package forms

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/internal/webpage/charts"
	"github.com/watertight-go/watertight/service"
)

// The page opens on the curves and loads nothing.
func TestPage(t *testing.T) {
	page := render(t, "html", fixed(""))
	curves, rows := strings.Index(page, `id="curves"`), strings.Index(page, `id="measures"`)
	require.True(t, curves > 0 && curves < rows, "got the curves at %d and the measures at %d, want the curves first", curves, rows)
	require.Equal(t, 3, strings.Count(page, "<figure"), "goroutines, descriptors, heap")
	require.Contains(t, page, "default-src &#39;none&#39;")
	for _, bad := range []string{"src=\"http", "href=\"http", "style=\"", "<script>(", "undefined", "NaN", "Inf"} {
		require.NotContains(t, page, bad)
	}
}

func seconds(from, to float64) charts.Span { return charts.Span{From: from, To: to} }

func phase(name string, from, to time.Duration) service.Phase {
	return service.Phase{Name: name, From: from * time.Second, To: to * time.Second}
}

// Phases begin together and take as long as in the slower version.
func TestTimeline(t *testing.T) {
	before := []service.Phase{phase("start", 0, 1), phase("warm-up", 1, 3), phase("settle", 3, 13), phase("round 1", 13, 16)}
	after := []service.Phase{phase("start", 0, 2), phase("warm-up", 2, 4), phase("settle", 4, 6), phase("round 1", 7, 10)}
	line := newTimeline(service.Result{Sides: []service.Summary{{Phases: before}, {Phases: after}}})
	require.Equal(t, []charts.Band{
		{Name: "start", Span: seconds(0, 2)}, {Name: "warm-up", Span: seconds(2, 4)}, {Name: "settle", Span: seconds(4, 14)}, {Name: "round 1", Span: seconds(15, 18)},
	}, line.bands)
	for _, c := range []struct {
		name     string
		phases   []service.Phase
		at, want float64
	}{
		{"in start", before, 0.5, 0.5}, {"at the warm-up", before, 1, 2}, {"in the warm-up", after, 3, 3},
		{"the same moment of the load", before, 14, 16}, {"the same moment of the load", after, 8, 16},
		{"between two phases", after, 6.5, 6.5}, {"behind the last", after, 11, 19},
		{"before the first", []service.Phase{phase("start", 5, 6)}, 1, 1}, {"without phases", nil, 7, 7},
	} {
		require.InDelta(t, c.want, line.place(c.phases, c.at), 1e-9, c.name)
	}
}

// A phase that ended early does not run into the next one.
func TestTimelineKeepsTheOrder(t *testing.T) {
	short := []service.Phase{phase("a", 0, 1), phase("b", 9, 10)}
	long := []service.Phase{phase("a", 0, 2), phase("b", 2, 3)}
	line := newTimeline(service.Result{Sides: []service.Summary{{Phases: short}, {Phases: long}}})
	last := -1.0
	for at := 0.0; at < 12; at += 0.1 {
		x := line.place(short, at)
		require.GreaterOrEqual(t, x, last)
		last = x
	}
}

// A count that was not known is no point, and a kind that never was known has no chart.
func TestUnknownCountsAreNoCurve(t *testing.T) {
	r := fixed("")
	for i := range r.Sides {
		r.Sides[i].Curves[0].Points[3].Value = -1
		for j := range r.Sides[i].Curves[1].Points {
			r.Sides[i].Curves[1].Points[j].Value = -1
		}
	}
	require.Len(t, curveFigures(r), 2)
	n := len(r.Sides[0].Curves[0].Points)
	require.Len(t, newTimeline(r).line(r.Sides[0], service.Goroutines), n-1)
}
