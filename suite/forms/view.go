package forms

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
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
	v.declared = declarations(r)
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
	l := leakSite{Site: s, at: at, place: v.show(at)}
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

// tree is the source that paths are relative to.
func tree(r suite.Result) place.Tree {
	return place.Tree{Root: r.After.Root, Module: r.After.Module, ModuleDir: r.After.ModuleDir}
}

// siteOf is the line to look at: the first of these that is in the user's own code. The
// function that a library was given to run; the go statement; a test that shows it.
func siteOf(in place.Tree, s suite.Site, declared map[suite.TestName]place.Site) place.Site {
	file, line := s.Place()
	all := []place.Site{in.Locate(file, line), in.Locate(s.Finding.File, s.Finding.Line)}
	for _, t := range s.Tests {
		all = append(all, declared[t])
	}
	if i := slices.IndexFunc(all, own); i >= 0 {
		return all[i]
	}
	return all[0]
}

// own reports whether a line is in the user's own code.
func own(s place.Site) bool {
	return s.Inside && s.Line > 0 && !strings.HasPrefix(s.File, "vendor/") && !strings.Contains(s.File, "/vendor/")
}

// declarations are the places of the tests, where they are known.
func declarations(r suite.Result) map[suite.TestName]place.Site {
	at := map[suite.TestName]place.Site{}
	in := tree(r)
	for _, o := range r.Observed() {
		for _, p := range o.Packages {
			for _, t := range p.Tests {
				if t.File != "" {
					at[suite.TestName{Package: p.Path, Test: t.Name}] = in.Locate(t.File, t.Line)
				}
			}
		}
	}
	return at
}

// shown is a place without the folders of Go itself and of the module cache.
func shown(s place.Site) string {
	for _, mark := range []string{"/pkg/mod/golang.org/toolchain@", "/go/src/"} {
		if _, rest, found := strings.Cut(s.File, mark); found && !s.Inside {
			if _, below, found := strings.Cut(rest, "/src/"); found && mark != "/go/src/" {
				rest = below
			}
			s.File = rest
			return s.String()
		}
	}
	if _, rest, found := strings.Cut(s.File, "/pkg/mod/"); found && !s.Inside {
		s.File = rest
	}
	return s.String()
}

// shownFrom shows places in the repository from the folder that the go command ran in.
func shownFrom(s suite.Side) func(place.Site) string {
	dir := tree(suite.Result{After: s}).Locate(s.Dir+"/", 0)
	return func(at place.Site) string {
		if rel, err := filepath.Rel(filepath.FromSlash(cmp.Or(dir.File, ".")), filepath.FromSlash(at.File)); err == nil && at.Inside && dir.Inside {
			at.File = filepath.ToSlash(rel)
			return at.String()
		}
		return shown(at)
	}
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
