package forms

import (
	"fmt"
	"strings"

	"github.com/watertight-go/watertight/internal/place"
	"github.com/watertight-go/watertight/internal/plaintext"
	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/suite"
)

// view is what a reader sees of a result, before it has a form. Its texts may hold
// anything: each form makes them safe.
type view struct {
	result suite.Result
	// show is a place as the form's readers find it.
	show     func(place.Site) string
	headline string
	// sides says what was compared, or which list of known leaks applies; empty for one
	// version.
	sides string
	sites []leakSite
	// subtests are those of a test that leave something, where that is known.
	subtests map[suite.TestName][]string
	// grows are what tests leave more of in each round.
	grows []leakSite
	// declared are the places of tests, where they are known.
	declared map[suite.TestName]place.Site
	// compared says that the verdicts tell more than that something was found.
	compared bool
	// troubles are what could not be checked.
	troubles []trouble
	// notes are sentences about the rest.
	notes []string
}

// leakSite is a place that leaks, or a test that leaves more of something in each round.
type leakSite struct {
	suite.Site
	// growth is what the test leaves more of; nil for a place.
	growth *suite.Growth
	// at is the line to look at, in the user's own code where any is known.
	at place.Site
	// place is that line as it is shown.
	place string
	// what is left, in one line.
	what string
	// more are further sentences: what was probably forgotten, where it was created.
	more []string
}

// trouble is what could not be checked.
type trouble struct {
	// subject is a test with its package, or a package.
	subject string
	// why it was not checked, in one line or several.
	why string
}

// newView makes a view, with places from the root of the repository.
func newView(r suite.Result) view { return viewFrom(r, shown) }

// viewFrom makes a view whose places are shown as show does.
func viewFrom(r suite.Result, show func(place.Site) string) view {
	v := view{result: r, show: show, sides: sides(r), troubles: troubles(r)}
	v.declared, v.subtests = declarations(r), subtests(r)
	for _, s := range r.Sites {
		v.compared = v.compared || s.Verdict != suite.Found
		v.sites = append(v.sites, v.leakSite(s))
	}
	v.compared = v.compared || r.Before != nil
	for _, g := range r.Growth {
		v.grows = append(v.grows, v.grown(g))
	}
	v.headline = v.answer() + growthAnswer(r)
	v.notes = append(notes(r), growthNotes(r)...)
	return v
}

// leakSite finds out where a site is, and what to say of it.
func (v view) leakSite(s suite.Site) leakSite {
	in := tree(v.result)
	at := siteOf(in, s, v.declared)
	l := leakSite{Site: s, at: at, place: v.show(at), more: v.inSubtests(s)}
	if s.Process != nil {
		l.what = s.Process.String()
		return l
	}
	f := s.Finding
	l.what = fmt.Sprintf("%s [%s], in %s", f.Class, f.State, f.Function)
	for _, text := range []string{f.Hint, f.Note} {
		if text != "" {
			l.more = append(l.more, text)
		}
	}
	if f.CreatedBy != "" {
		created := "created by " + f.CreatedBy
		if at := in.Locate(f.File, f.Line); at != l.at && at.File != "" {
			created += " at " + v.show(at)
		}
		l.more = append(l.more, created)
	}
	return l
}

// inSubtests says which subtests leave something, where that is known.
func (v view) inSubtests(s suite.Site) (all []string) {
	for _, t := range s.Tests {
		if some := v.subtests[t]; len(some) > 0 && len(all) < namesShown {
			text := strings.Join(some[:min(len(some), namesShown)], ", ")
			if more := len(some) - namesShown; more > 0 {
				text += fmt.Sprintf(" and %d more", more)
			}
			all = append(all, fmt.Sprintf("%s leaves something in %s: %s", t.Test, plural.Form(len(some), "its subtest", "its subtests"), text))
		}
	}
	return all
}

// subtests are those that leave something, by test.
func subtests(r suite.Result) map[suite.TestName][]string {
	all := map[suite.TestName][]string{}
	for _, o := range r.Observed() {
		for _, p := range o.Packages {
			for _, t := range p.Tests {
				if len(t.Subtests) > 0 {
					all[suite.TestName{Package: p.Path, Test: t.Name}] = t.Subtests
				}
			}
		}
	}
	return all
}

// word is the verdict as it stands before a place; empty where nothing was compared.
func (v view) word(s leakSite) string {
	if !v.compared {
		return ""
	}
	return words[s.Verdict]
}

var words = map[suite.Verdict]string{
	suite.Found: "FOUND", suite.New: "NEW", suite.Fixed: "FIXED", suite.Stays: "stays", suite.Moved: "moved", suite.Flaky: "flaky",
	suite.NotComparable: "not comparable", suite.Known: "known", suite.Expired: "EXPIRED",
}

// who names the tests that show a site, at most so many.
func (s leakSite) who(most int) string {
	var parts []string
	if n := len(s.Tests); n > 0 {
		parts = append(parts, plural.Count(n, "test")+": "+names(s.Tests, most))
	}
	if n := len(s.Rest); n > 0 {
		text := "after all tests of " + strings.Join(plaintext.Names(s.Rest[:min(n, most)]), ", ")
		if n > most {
			text += fmt.Sprintf(" and %d more", n-most)
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "; ")
}

// names are those of some tests.
func names(tests []suite.TestName, most int) string {
	var some []string
	for _, t := range tests[:min(len(tests), most)] {
		some = append(some, plaintext.Limit(t.Test, plaintext.MostName))
	}
	text := strings.Join(some, ", ")
	if more := len(tests) - len(some); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
