package forms

import (
	"embed"
	"fmt"
	"html/template"
	"io"
	"strings"
	"sync"

	"github.com/watertight-go/watertight/internal/plaintext"
	"github.com/watertight-go/watertight/internal/webpage"
	"github.com/watertight-go/watertight/suite"
)

//go:embed assets
var assets embed.FS

var templates = sync.OnceValue(func() *template.Template {
	return template.Must(webpage.Templates(nil).ParseFS(assets, "assets/*.tmpl"))
})

// HTML writes a result as one page that needs no other file and no network. Its
// Content-Security-Policy allows its own style and script, by their hashes, and nothing
// else. Names and paths are text in the page, never markup.
func HTML(w io.Writer, r suite.Result) error {
	style, err := assets.ReadFile("assets/style.css")
	if err != nil {
		return fmt.Errorf("forms: html: %w", err)
	}
	script, err := assets.ReadFile("assets/script.js")
	if err != nil {
		return fmt.Errorf("forms: html: %w", err)
	}
	p := newPage(newView(r))
	p.Page = webpage.New("Watertight: leaks of tests", string(style), "(() => {\n\"use strict\";\n"+webpage.Theme()+string(script)+"})();\n")
	if err := templates().ExecuteTemplate(w, "page.html.tmpl", p); err != nil {
		return fmt.Errorf("forms: html: write: %w", err)
	}
	return nil
}

// The bounds of what the page shows.
const (
	mostLeaks    = 500
	mostPackages = 1000
	mostTests    = 200
)

// page is what the template shows. All of its texts are clean.
type page struct {
	webpage.Page
	Partial, Headline, Tone, Sides, Again string
	Notes                                 []string
	Nav                                   []link
	Leaks                                 []pageLeak
	MoreLeaks                             int
	Grows                                 []pageLeak
	Troubles                              []pageTrouble
	NotCompared                           [][2]string
	Allocations                           [][4]string
	Packages                              []pagePackage
	MorePackages                          int
	Environment                           [][2]string
}

// link leads to a section.
type link struct{ ID, Text string }

// pageTrouble is what could not be checked, with what the go command said in Lines.
type pageTrouble struct {
	Subject, Why string
	Lines        []string
}

// pagePackage is the row of a package.
type pagePackage struct {
	Path string
	suite.Counts
}

// ToneOf is the class of a verdict's word.
func (page) ToneOf(word string) string {
	if word == "GROWS" {
		return "bad"
	}
	for verdict, w := range words {
		if w == word {
			return toneNames[toneOf(verdict)]
		}
	}
	return ""
}

var toneNames = map[tone]string{good: "good", bad: "bad", doubt: "doubt"}

func newPage(v view) page {
	r := v.result
	p := page{
		Partial: clean(r.Partial), Headline: clean(v.headline), Tone: toneNames[headlineTone(v)], Sides: clean(v.sides),
		Again: plaintext.Clean(v.again()), Environment: environment(r),
	}
	for _, n := range v.notes {
		p.Notes = append(p.Notes, clean(n))
	}
	for _, s := range v.sites[:min(len(v.sites), mostLeaks)] {
		p.Leaks = append(p.Leaks, newPageLeak(v, s))
	}
	for _, g := range v.grows[:min(len(v.grows), mostLeaks)] {
		l := newPageLeak(v, g)
		l.Word = v.growthWord(g)
		p.Grows = append(p.Grows, l)
	}
	p.MoreLeaks = max(len(v.sites)-mostLeaks, 0)
	for _, t := range v.troubles[:min(len(v.troubles), mostLeaks)] {
		p.Troubles = append(p.Troubles, newPageTrouble(t))
	}
	p.compared(r)
	p.packages(r)
	p.navigation()
	return p
}

// compared adds what is known of two versions.
func (p *page) compared(r suite.Result) {
	for _, n := range r.NotCompared[:min(len(r.NotCompared), mostLeaks)] {
		p.NotCompared = append(p.NotCompared, [2]string{clean(subject(n.TestName)), clean(n.Why)})
	}
	for _, a := range r.Allocations[:min(len(r.Allocations), mostLeaks)] {
		p.Allocations = append(p.Allocations, [4]string{clean(subject(a.TestName)), allocated(a.Before), allocated(a.After), change(a)})
	}
}

// packages adds a row for each package.
func (p *page) packages(r suite.Result) {
	all := joined(r.After.Runs)
	for _, pkg := range all[:min(len(all), mostPackages)] {
		counts := suite.Observation{Packages: []suite.Package{pkg}}.Counts()
		p.Packages = append(p.Packages, pagePackage{clean(pkg.Path), counts})
	}
	p.MorePackages = max(len(all)-mostPackages, 0)
}

// navigation links to the sections that are there.
func (p *page) navigation() {
	for _, l := range []struct {
		shown bool
		link
	}{
		{len(p.Leaks) > 0, link{"leaks", "Leaks"}}, {len(p.Grows) > 0, link{"growth", "Growth"}}, {len(p.Troubles) > 0, link{"unchecked", "Not checked"}},
		{len(p.NotCompared) > 0, link{"uncompared", "Not compared"}}, {len(p.Allocations) > 0, link{"allocations", "Allocations"}},
		{true, link{"packages", "Packages"}}, {true, link{"environment", "Environment"}},
	} {
		if l.shown {
			p.Nav = append(p.Nav, l.link)
		}
	}
}

// newPageTrouble shows a text of several lines as such.
func newPageTrouble(t trouble) pageTrouble {
	p := pageTrouble{Subject: clean(t.subject), Why: clean(t.why)}
	if strings.Contains(strings.TrimSpace(t.why), "\n") {
		p.Lines = stackLines(t.why)
	}
	return p
}

// clean is a text for the page.
func clean(s string) string { return plaintext.Limit(s, plaintext.MostParagraph) }
