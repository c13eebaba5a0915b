package forms

import (
	"embed"
	"fmt"
	"html/template"
	"io"
	"sync"

	"github.com/watertight-go/watertight/internal/format"
	"github.com/watertight-go/watertight/internal/frames"
	"github.com/watertight-go/watertight/internal/webpage"
	"github.com/watertight-go/watertight/internal/webpage/charts"
	"github.com/watertight-go/watertight/service"
)

//go:embed assets
var assets embed.FS

var templates = sync.OnceValue(func() *template.Template {
	return template.Must(charts.AddTo(webpage.Templates(nil)).ParseFS(assets, "assets/*.tmpl"))
})

// page is what the template shows. All of its texts are clean.
type page struct {
	webpage.Page
	Headline, Tone string
	Sides          []string
	Charts         []charts.Figure
	Aligned        string
	Heads          []string
	Rows           []pageRow
	Reasons        []string
	Findings       []pageFinding
	Troubles       []trouble
	Logs           []pageLog
	Notes          []string
	Plan           [][2]string
}

// pageRow is a measure. Tone is that of its verdict.
type pageRow struct {
	Measure, Tone, Word string
	Values              []pageValue
}

type pageValue struct{ Head, Tone, Text string }

// pageFinding is a place with its stack.
type pageFinding struct {
	N              int
	At, Word, Tone string
	Details, Stack []string
}

// pageLog is the end of what a version wrote.
type pageLog struct {
	Name  string
	Lines []string
}

// HTML writes a result as one page that needs no other file and no network. It opens on the
// curves of both versions. Its Content-Security-Policy allows its own style and script alone.
// Names are text in the page, never markup.
func HTML(w io.Writer, r service.Result) error {
	style, err := assets.ReadFile("assets/style.css")
	if err != nil {
		return fmt.Errorf("forms: html: %w", err)
	}
	p := newPage(r)
	p.Page = webpage.New("Watertight: a service before and after", charts.Style()+string(style), webpage.OnlyTheme())
	if err := templates().ExecuteTemplate(w, "page.html.tmpl", p); err != nil {
		return fmt.Errorf("forms: html: write: %w", err)
	}
	return nil
}

func newPage(r service.Result) page {
	p := page{
		Headline: headline(r), Tone: map[int]string{0: "good", 1: "bad", 2: "doubt"}[r.ExitCode()], Sides: sides(r),
		Charts: curveFigures(r), Heads: columns(r), Reasons: reasons(r), Troubles: troubles(r), Notes: notes(r), Plan: plan(r),
	}
	if len(r.Sides) > 1 {
		p.Aligned = "Each phase begins at the same place for both versions, and takes as long as in the slower of them."
	}
	for _, row := range r.Rows {
		p.Rows = append(p.Rows, newRow(r, p.Heads, row))
	}
	for i, f := range r.Findings[:min(len(r.Findings), mostFindings)] {
		tone := map[bool]string{true: "bad"}[failsNow(r, f)]
		p.Findings = append(p.Findings, pageFinding{i + 1, at(f), clean(string(f.Word)), tone, append([]string{what(f)}, details(f)...), frames.Lines(f.Stack)})
	}
	for _, s := range r.Sides {
		if len(s.Log) > 0 {
			p.Logs = append(p.Logs, pageLog{clean(s.Name), logLines(s.Log)})
		}
	}
	return p
}

func newRow(r service.Result, heads []string, row service.Row) pageRow {
	out := pageRow{Measure: measure(row), Word: clean(string(row.Word)), Tone: tones[grade(row)]}
	if !row.Decides {
		out.Tone = "faint"
	}
	for i, text := range values(r, row) {
		tone := ""
		if i < len(row.Values) {
			tone = tones[row.Values[i].Grade]
		}
		out.Values = append(out.Values, pageValue{heads[i+1], tone, text})
	}
	return out
}

var tones = map[service.Grade]string{service.Failing: "bad", service.Unclear: "doubt", service.InOrder: "good"}

// plan is what each version went through.
func plan(r service.Result) [][2]string {
	p := r.Plan
	all := [][2]string{
		{"requests", fmt.Sprintf("%s a second, %d rounds of %s", format.Amount(p.Rate), p.Rounds, format.Duration(p.Each))},
		{"upstream", clean(p.Schedule)},
		{"clients", clean(p.Clients)},
		{"patience", format.Duration(p.Patience)},
	}
	if p.Limit > 0 {
		all = append(all, [2]string{"descriptors allowed", fmt.Sprint(p.Limit)})
	}
	if !r.Began.IsZero() {
		all = append(all, [2]string{"began", r.Began.UTC().Format("2006-01-02 15:04:05 UTC")})
	}
	return append(all, [2]string{"tool", clean(r.Tool)})
}
