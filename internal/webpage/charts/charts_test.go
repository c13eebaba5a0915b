package charts

import (
	"html/template"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPolyline(t *testing.T) {
	line := Line{{At: 10, Value: 5}, {At: 20, Value: 15}, {At: 30, Value: 25}}
	at, value := line.Spans()
	require.Equal(t, Span{10, 30}, at)
	require.Equal(t, Span{5, 25}, value)
	require.Equal(t, "0.0,90.0 280.0,45.0 560.0,0.0 ", line.Polyline(Area{At: at, Value: value, Width: 560, Height: 90}))
	flat := Line{{At: 1, Value: 7}}
	at, value = flat.Spans()
	require.Equal(t, "0.0,90.0 ", flat.Polyline(Area{At: at, Value: value, Width: 560, Height: 90}), "one point divides by nothing")
}

func TestNice(t *testing.T) {
	for _, c := range []struct {
		most, unit float64
		n          int
		want       []float64
	}{
		{0, 1, 4, []float64{0, 1}},
		{3, 1, 4, []float64{0, 1, 2, 3}},
		{1512, 1, 4, []float64{0, 500, 1000, 1500, 2000}},
		{1600, 1, 4, []float64{0, 500, 1000, 1500, 2000}},
		{3 << 20, 1 << 20, 4, []float64{0, 1 << 20, 2 << 20, 3 << 20}},
		{90 << 10, 1 << 10, 4, []float64{0, 50 << 10, 100 << 10}},
	} {
		require.Equal(t, c.want, nice(c.most, c.n, c.unit), "%v", c.most)
	}
}

func TestUnits(t *testing.T) {
	require.Equal(t, "0 1512", Count.text(0)+" "+Count.text(1512.4))
	require.Equal(t, "0 512 KiB 1.5 MiB", Bytes.text(0)+" "+Bytes.text(512<<10)+" "+Bytes.text(1.5*(1<<20)))
}

// A name that has no place becomes a number, with its key below.
func TestBands(t *testing.T) {
	bands := []Band{{"warm-up", Span{0, 10}}, {"settle", Span{10, 12}}, {"x", Span{12, 12.1}}, {"round 1", Span{12, 20}}}
	drawn, key := drawBands(bands, Area{At: Span{0, 20}, Left: 50, Width: 200, Height: 100})
	require.Equal(t, "2 settle; 3 x", key)
	require.Equal(t, []string{"warm-up", "2", "", "round 1"}, []string{drawn[0].Text, drawn[1].Text, drawn[2].Text, drawn[3].Text})
	require.Equal(t, "50.0", drawn[0].X)
	require.Equal(t, "100.0", drawn[0].Width)
	require.NotEqual(t, drawn[0].Class, drawn[1].Class)
}

// A chart is drawn for each width, in which all lines have the same axes.
func TestFigure(t *testing.T) {
	chart := Chart{Title: "goroutines", Unit: Count, Bands: []Band{{"round 1", Span{0, 10}}}, Series: []Series{
		{"before", Line{{0, 0}, {10, 2000}}}, {"after", Line{{0, 0}, {10, 1000}}}, {"nothing", nil},
	}}
	f := chart.Figure()
	require.Len(t, f.Drawings, len(sizes))
	require.Len(t, f.Legend, 2)
	for _, d := range f.Drawings {
		require.Equal(t, "goroutines; before 0 at first, 2000 at the end; after 0 at first, 1000 at the end", d.Label)
		before, after := strings.Fields(d.Lines[0].Points), strings.Fields(d.Lines[1].Points)
		require.Equal(t, before[0], after[0])
		require.True(t, strings.HasSuffix(before[1], ",26.0"), "the largest value is at the top: %s", before[1])
		require.False(t, strings.HasSuffix(after[1], ",26.0"), "half of it is not")
	}
	empty := Chart{}.Figure()
	require.Empty(t, empty.Legend)
	require.Empty(t, empty.Drawings[0].Lines)
}

// Names are text in the drawing, and nothing in it has a style of its own.
func TestTemplate(t *testing.T) {
	var b strings.Builder
	chart := Chart{Title: "<script>", Series: []Series{{`"><b>`, Line{{0, 0}, {1, 1}}}}, Bands: []Band{{"</title><i>", Span{0, 1}}}}
	require.NoError(t, AddTo(template.New("")).ExecuteTemplate(&b, "chart", chart.Figure()))
	for _, bad := range []string{"<script", "<b>\"", "<i>", "style="} {
		require.NotContains(t, b.String(), bad)
	}
	require.Contains(t, b.String(), "&lt;script&gt;")
	for _, d := range chart.Figure().Drawings {
		require.Contains(t, Style(), "."+d.Class, "the style knows the width")
	}
}
