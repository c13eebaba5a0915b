package forms

import (
	"embed"
	"fmt"
	"html/template"
	"io"
	"sync"

	"github.com/watertight-go/watertight/attach"
	"github.com/watertight-go/watertight/internal/frames"
	"github.com/watertight-go/watertight/internal/webpage"
	"github.com/watertight-go/watertight/internal/webpage/charts"
)

//go:embed assets
var assets embed.FS

var templates = sync.OnceValue(func() *template.Template {
	return template.Must(webpage.Templates(nil).ParseFS(assets, "assets/*.tmpl"))
})

// page is what the template shows. All of its texts are clean.
type page struct {
	webpage.Page
	Headline, Tone string
	Facts, Notes   []string
	Findings       []pageFinding
	Flames         []pageFlames
}

// pageFinding is a finding with its curves.
type pageFinding struct {
	N                                             int
	Tone, Verdict, Where, Second, Request, Proven string
	Details, Stack                                []string
	Curves                                        []pageCurve
}

// HTML writes a result as one page that needs no other file and no network, with the
// curves of the findings and flame graphs. Its Content-Security-Policy allows its own
// style and script alone. Names are text in the page, never markup.
func HTML(w io.Writer, r attach.Result) error {
	style, err := assets.ReadFile("assets/style.css")
	if err != nil {
		return fmt.Errorf("forms: html: %w", err)
	}
	p := newPage(r)
	p.Page = webpage.New("Watertight: running services", string(style), webpage.OnlyTheme())
	if err := templates().ExecuteTemplate(w, "page.html.tmpl", p); err != nil {
		return fmt.Errorf("forms: html: write: %w", err)
	}
	return nil
}

func newPage(r attach.Result) page {
	p := page{Headline: headline(r), Tone: map[int]string{0: "good", 1: "bad", 2: "doubt"}[r.ExitCode()], Notes: notes(r)}
	for _, s := range r.Instances {
		if s.Polls > 0 {
			p.Facts = append(p.Facts, summaryLine(s))
		}
		if len(s.Flames) > 0 {
			p.Flames = append(p.Flames, newFlames(s))
		}
	}
	for i, f := range r.Findings[:min(len(r.Findings), mostRows)] {
		x := pageFinding{
			N: i + 1, Tone: map[string]string{"error": "bad", "warning": "doubt", "note": ""}[level(f)], Verdict: verdict(f), Where: where(f),
			Second: perSecond(f), Request: perRequest(f), Proven: proven(f), Details: details(f), Stack: frames.Lines(f.Stack),
		}
		for _, g := range f.Processes[:min(len(f.Processes), 8)] {
			x.Curves = append(x.Curves, newCurve(f.Kind, g))
		}
		p.Findings = append(p.Findings, x)
	}
	return p
}

// The size of a curve, in units of its drawing.
const (
	curveWidth, curveHeight = 560, 90
	flameWidth, flameHeight = 1000, 18
)

// pageCurve is a line through the values.
type pageCurve struct {
	Title, Points, Low, High string
	Width, Height            int
}

func newCurve(k attach.Kind, g attach.Growth) pageCurve {
	c := pageCurve{Title: clean(g.Instance), Width: curveWidth + 8, Height: curveHeight + 8}
	var line charts.Line
	for _, x := range g.Curve {
		line = append(line, charts.Point{At: float64(x.At), Value: x.Value})
	}
	if len(line) == 0 {
		return c
	}
	at, value := line.Spans()
	c.Points = line.Polyline(charts.Area{At: at, Value: value, Width: curveWidth, Height: curveHeight})
	c.Low, c.High = fmt.Sprintf("%.0f", value.From), fmt.Sprintf("%.0f", value.To)
	if k == attach.Heap {
		c.Low, c.High = amount(k, value.From), amount(k, value.To)
	}
	return c
}

// pageFlames is a flame graph: the goroutines at the end, coloured by growth.
type pageFlames struct {
	Name          string
	Boxes         []pageBox
	Width, Height int
}

// pageBox is a function in a flame graph.
type pageBox struct {
	X, Y, Width, Height string
	Class, Text, Title  string
}

// newFlames gives each box the width of its goroutines at the end. The outermost
// functions are at the bottom.
func newFlames(s attach.Summary) pageFlames {
	total, deepest := int64(0), 0
	for _, f := range s.Flames {
		if f.Depth == 0 {
			total += f.After
		}
		deepest = max(deepest, f.Depth)
	}
	out := pageFlames{Name: clean(s.Name), Width: flameWidth, Height: (deepest + 1) * flameHeight}
	if total == 0 {
		return out
	}
	left := make([]float64, deepest+2)
	for _, f := range s.Flames {
		x, width := left[f.Depth], float64(f.After)/float64(total)*flameWidth
		left[f.Depth], left[f.Depth+1] = x+width, x
		if width < 0.5 {
			continue
		}
		out.Boxes = append(out.Boxes, newBox(f, x, width, float64((deepest-f.Depth)*flameHeight)))
	}
	return out
}

func newBox(f attach.Flame, x, width, y float64) pageBox {
	number := func(v float64) string { return fmt.Sprintf("%.1f", v) }
	b := pageBox{X: number(x), Y: number(y), Width: number(width), Height: fmt.Sprint(flameHeight - 1), Class: "f0"}
	b.Title = clean(fmt.Sprintf("%s: %d to %d goroutines", f.Function, f.Before, f.After))
	if fits := int(width / 7); fits > 3 {
		name := []rune(frames.Function(f.Function))
		b.Text = string(name[:min(len(name), fits)])
	}
	switch grown := float64(f.After-f.Before) / float64(max(f.After, f.Before, 1)); {
	case grown > 0.5:
		b.Class = "grew2"
	case grown > 0.1:
		b.Class = "grew1"
	case grown < -0.1:
		b.Class = "shrank1"
	}
	return b
}
