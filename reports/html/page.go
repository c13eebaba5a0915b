package html

import (
	"html/template"
	"slices"

	"github.com/watertight-go/watertight/internal/webpage"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/reports/internal/view"
)

// htmlPage is what the templates show.
type htmlPage struct {
	webpage.Page
	Data    template.JS
	Partial string
	Facts   []string

	// Headline is the verdict in one sentence.
	Headline, HeadlineTone string

	Verdict     htmlSection
	Compat      htmlSection
	Sections    []htmlSection
	Claims      []reports.Claim
	Environment [][2]string
	Matrix      htmlMatrix
	Rate        float64
	Nav         []htmlLink
}

// htmlLink leads to a section.
type htmlLink struct{ ID, Text string }

// fill computes everything that the template shows.
func (p *htmlPage) fill(x *view.Index, d view.Document) {
	h := view.Headline(x)
	p.Headline, p.HeadlineTone = said(h.Text), toneNames[h.Tone]
	p.sections(d)
	p.Claims = x.Report.Claims
	for _, r := range x.Report.Projections {
		p.Rate = max(p.Rate, r.RequestsPerHour)
	}
	p.Matrix = matrixOf(x)
	p.Environment = environmentOf(x.Report)
}

// sections puts the document's sections into their places on the page.
func (p *htmlPage) sections(d view.Document) {
	for _, s := range d.Sections {
		h := sectionOf(s)
		switch s.ID {
		case "verdict":
			p.Verdict = h
			p.Verdict.Lead = nil // the page's heading says it
		case "compatibility":
			p.Compat = h
		default:
			p.Sections = append(p.Sections, h)
		}
	}
	p.Sections = append(p.Sections, htmlSection{ID: "flames", Title: "Flame graph"})
	slices.SortStableFunc(p.Sections, func(a, b htmlSection) int { return sectionRank(a.ID) - sectionRank(b.ID) })
	p.Nav = append(p.Nav, htmlLink{"verdict", "Executors"})
	for _, s := range p.Sections {
		if text := navNames[s.ID]; text != "" {
			p.Nav = append(p.Nav, htmlLink{s.ID, text})
		}
	}
}

// sectionOrder is the order of the sections below the first screen. A section
// that is not named here stands at the empty name.
var sectionOrder = []string{"matrix", "accumulation", "projection", "flames", "claims", "alternatives", "", "doubts", "files"}

func sectionRank(id string) int {
	if i := slices.Index(sectionOrder, id); i >= 0 {
		return i
	}
	return slices.Index(sectionOrder, "")
}

// navNames are the sections that the page's head links to.
var navNames = map[string]string{"matrix": "Scenarios", "accumulation": "Curves", "projection": "Projection", "flames": "Flame graph", "claims": "Claims"}
