package charts

import (
	_ "embed"
	"fmt"
	"html/template"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/watertight-go/watertight/internal/format"
)

// Unit says what the values of a chart are.
type Unit string

const (
	// Count: whole numbers.
	Count Unit = "count"
	// Bytes: sizes, shown in KiB, MiB or GiB.
	Bytes Unit = "bytes"
)

// Chart is several lines over the same axes, of which the one of values begins at zero.
// Its texts must be clean.
type Chart struct {
	Title  string
	Unit   Unit
	Series []Series
	// Bands shade and name parts of the time, in order.
	Bands []Band
}

// Series is a line with its name. At most four are told apart by their colour and dashes.
type Series struct {
	Name string
	Line Line
}

// Band is a part of the time. A name that has no place in a narrow drawing is replaced by
// its number, which is explained below the drawing.
type Band struct {
	Name string
	Span
}

//go:embed chart.html.tmpl
var chartTemplate string

//go:embed chart.css
var style string

// Style is the style of the template "chart", to be part of that of a page.
func Style() string { return style }

// AddTo adds the template "chart", which shows a Figure, to those of a page.
func AddTo(t *template.Template) *template.Template {
	return template.Must(t.New("charts").Parse(chartTemplate))
}

// Figure is what the template "chart" shows: the same chart drawn for several widths.
type Figure struct {
	Title    string
	Legend   []Legend
	Drawings []Drawing
}

// Legend names a line: Class is its style, Says its first and last value.
type Legend struct{ Class, Name, Says string }

// Drawing is a chart in one width.
type Drawing struct {
	Class, Label  string
	Width, Height int
	Bands         []DrawnBand
	Values, Times []Tick
	Lines         []DrawnLine
	// Key explains the numbers of bands that have no place for their name.
	Key string
}

// DrawnBand is a shaded part. Text is empty where there is no place for any.
type DrawnBand struct{ Class, Title, Text, X, Y, Width, Height, TextX, TextY string }

// Tick is a label of an axis. Line is a path; empty for none.
type Tick struct{ Text, X, Y, Line string }

// DrawnLine is a curve.
type DrawnLine struct{ Class, Points string }

// size is how a drawing is laid out. Class is that of the style which shows it.
type size struct {
	class         string
	width, height float64
	times         int
}

var sizes = []size{{"wide", 1190, 250, 10}, {"middle", 720, 240, 8}, {"narrow", 340, 220, 4}}

// The margins of a drawing, and about how wide a letter is in it.
const (
	marginLeft, marginRight, marginTop, marginBottom = 62, 12, 26, 24
	letter                                           = 6.8
)

// Figure draws a chart. Lines without points are left out.
func (c Chart) Figure() Figure {
	f := Figure{Title: c.Title}
	for i, s := range c.Series {
		if len(s.Line) > 0 {
			says := c.Unit.text(s.Line[0].Value) + " at first, " + c.Unit.text(s.Line[len(s.Line)-1].Value) + " at the end"
			f.Legend = append(f.Legend, Legend{lineClass(i), s.Name, says})
		}
	}
	for _, s := range sizes {
		f.Drawings = append(f.Drawings, c.draw(s, f.label()))
	}
	return f
}

func lineClass(i int) string { return fmt.Sprintf("line line%d", i%4) }

// label is the chart in words.
func (f Figure) label() string {
	parts := []string{f.Title}
	for _, l := range f.Legend {
		parts = append(parts, l.Name+" "+l.Says)
	}
	return strings.Join(parts, "; ")
}

func (c Chart) draw(s size, label string) Drawing {
	values := nice(c.most(), 4, c.Unit.scale(c.most()))
	a := Area{
		At: c.times(), Value: Span{0, values[len(values)-1]},
		Left: marginLeft, Top: marginTop, Width: s.width - marginLeft - marginRight, Height: s.height - marginTop - marginBottom,
	}
	d := Drawing{Class: s.class, Label: label, Width: int(s.width), Height: int(s.height)}
	d.Bands, d.Key = drawBands(c.Bands, a)
	for _, v := range values {
		d.Values = append(d.Values, Tick{c.Unit.text(v), number(a.Left - 8), number(a.y(v) + 4), fmt.Sprintf("M%s %sH%s", number(a.Left), number(a.y(v)), number(a.Left+a.Width))})
	}
	for _, v := range nice(a.At.To-a.At.From, s.times, 1) {
		if x := a.x(a.At.From + v); x <= a.Left+a.Width {
			d.Times = append(d.Times, Tick{fmt.Sprintf("%g s", a.At.From+v), number(x), number(a.Top + a.Height + 17), ""})
		}
	}
	for i, one := range c.Series {
		d.Lines = append(d.Lines, DrawnLine{lineClass(i), one.Line.Polyline(a)})
	}
	return d
}

// most is the largest value.
func (c Chart) most() (most float64) {
	for _, s := range c.Series {
		for _, x := range s.Line {
			most = max(most, x.Value)
		}
	}
	return most
}

// times are from zero to the end of the last line or band.
func (c Chart) times() (all Span) {
	for _, s := range c.Series {
		for _, x := range s.Line {
			all.To = max(all.To, x.At)
		}
	}
	for _, b := range c.Bands {
		all.To = max(all.To, b.To)
	}
	return all
}

// drawBands shades the parts in turn.
func drawBands(all []Band, a Area) (drawn []DrawnBand, key string) {
	var numbered []string
	for i, b := range all {
		x := a.x(b.From)
		width := max(a.x(b.To)-x, 0)
		d := DrawnBand{
			Class: fmt.Sprintf("band%d", i%2), Title: b.Name, X: number(x), Y: number(a.Top), Width: number(width), Height: number(a.Height),
			TextX: number(x + width/2), TextY: number(a.Top - 8),
		}
		switch letters := width / letter; {
		case letters >= float64(utf8.RuneCountInString(b.Name)+1):
			d.Text = b.Name
		default:
			text := fmt.Sprint(i + 1)
			numbered = append(numbered, text+" "+b.Name)
			if letters >= float64(len(text))+0.5 {
				d.Text = text
			}
		}
		drawn = append(drawn, d)
	}
	return drawn, strings.Join(numbered, "; ")
}

func number(v float64) string { return fmt.Sprintf("%.1f", v) }

// text is a value as it is shown.
func (u Unit) text(v float64) string {
	switch {
	case u == Bytes && v == 0:
		return "0"
	case u == Bytes:
		return strings.Replace(format.Size(v), ".0 ", " ", 1)
	}
	return fmt.Sprintf("%.0f", v)
}

// scale is the unit that ticks are multiples of.
func (u Unit) scale(most float64) float64 {
	if u == Bytes {
		return format.ByteUnit(most).Scale
	}
	return 1
}

// nice are round values from 0 to most or just above it, about n of them, in steps of whole
// units.
func nice(most float64, n int, unit float64) []float64 {
	step := 1.0
	if rough := most / unit / float64(n); rough > 1 {
		power := math.Pow(10, math.Floor(math.Log10(rough)))
		for _, m := range []float64{1, 2, 5, 10} {
			if step = m * power; step >= rough {
				break
			}
		}
	}
	ticks := []float64{0}
	for v := 0.0; v < most || len(ticks) < 2; {
		v += step * unit
		ticks = append(ticks, v)
	}
	return ticks
}
