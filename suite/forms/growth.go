package forms

import (
	"fmt"
	"math"
	"regexp"
	"strings"

	"github.com/watertight-go/watertight/internal/format"
	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/suite"
)

// growth says what tests leave more of in each round.
func (p *printer) growth(v view) {
	for _, g := range v.grows {
		p.b.WriteByte('\n')
		p.wrapped("", v.growthWord(g)+"  "+g.what, toneOf(g.Verdict))
		for _, more := range g.more {
			p.wrapped("    ", more, plain)
		}
	}
}

// grown is what a test leaves more of, at the go statement of its goroutines, or where
// the test is declared.
func (v view) grown(g suite.Growth) leakSite {
	l := leakSite{
		growth: &g, what: growthOf(g), more: growthDetails(v.result, g), at: v.declared[g.TestName],
		Site: suite.Site{Tests: []suite.TestName{g.TestName}, Verdict: g.Verdict},
	}
	for _, f := range g.Findings {
		if at := siteOf(tree(v.result), suite.Site{Finding: f}, nil); own(at) {
			l.at = at
			break
		}
	}
	l.place = v.show(l.at)
	return l
}

// growthWord is the verdict as it stands before what grows.
func (view) growthWord(g leakSite) string {
	if g.Verdict == suite.Found {
		return "GROWS"
	}
	return words[g.Verdict]
}

// growthOf is what grows, in one line.
func growthOf(g suite.Growth) string {
	if g.Verdict == suite.Fixed {
		return fmt.Sprintf("%s: %s, no more in each round", subject(g.TestName), g.What)
	}
	return fmt.Sprintf("%s: %s, in %s", subject(g.TestName), perRound(g), plural.Count(g.Rounds, "round"))
}

// perRound is by how much it grows.
func perRound(g suite.Growth) string {
	switch {
	case g.What == "heap" && g.PerRound < 1024:
		return fmt.Sprintf("%.0f bytes of heap more each round", g.PerRound)
	case g.What == "heap":
		return fmt.Sprintf("%s of heap more each round", format.Size(g.PerRound))
	case g.What == "timers":
		return "timers that go on firing, more each round"
	}
	noun := map[string]string{"goroutines": "goroutine", "descriptors": "descriptor", "processes": "child process", "files": "temporary file"}[g.What]
	if g.PerRound == math.Trunc(g.PerRound) {
		return fmt.Sprintf("%s more each round", plural.Count(int(g.PerRound), noun))
	}
	return fmt.Sprintf("%.2g times a %s more each round", g.PerRound, noun)
}

// growthDetails are where it grows, and why it is known.
func growthDetails(r suite.Result, g suite.Growth) (all []string) {
	if g.Reason != "" {
		all = append(all, g.Reason)
	}
	in := tree(r)
	for _, w := range g.Where {
		all = append(all, libraries.ReplaceAllString(strings.ReplaceAll(w, r.After.Dir+"/", ""), " "))
	}
	for _, f := range g.Findings {
		text := fmt.Sprintf("%d %s [%s], in %s, created at %s", f.Count, f.Class, f.State, f.Function, shown(in.Locate(f.File, f.Line)))
		for _, more := range []string{f.Hint, f.Note} {
			if more != "" {
				text += "; " + more
			}
		}
		all = append(all, text)
	}
	return all
}

// libraries are the folders of Go itself and of the module cache, where a place is named
// within a text.
var libraries = regexp.MustCompile(` /\S*?(?:/pkg/mod/golang\.org/toolchain@[^/]+/src/|/go/src/|/pkg/mod/)`)

// growthAnswer says how many tests grow; empty where none ran in rounds.
func growthAnswer(r suite.Result) string {
	ran, grow := 0, map[suite.TestName]bool{}
	for _, o := range r.After.Runs {
		for _, p := range o.Packages {
			for _, t := range p.Tests {
				if t.Rounds != nil {
					ran++
				}
			}
		}
	}
	for _, g := range r.Growth {
		if g.Verdict != suite.Fixed {
			grow[g.TestName] = true
		}
	}
	if ran == 0 {
		return ""
	}
	leave := "leave"
	if len(grow) == 1 {
		leave = "leaves"
	}
	return fmt.Sprintf(" %d of %s that ran in rounds %s more in each.", len(grow), plural.Count(ran, "test"), leave)
}

// growthNotes name the tests whose rounds could not be judged, or told too little.
func growthNotes(r suite.Result) (all []string) {
	for _, o := range r.After.Runs {
		for _, p := range o.Packages {
			for _, t := range p.Tests {
				name := subject(suite.TestName{Package: p.Path, Test: t.Name})
				switch {
				case t.Rounds == nil:
				case t.Rounds.NotJudged != "":
					all = append(all, fmt.Sprintf("%s cannot run again and again, its growth is not judged: %s.", name, t.Rounds.NotJudged))
				default:
					if some := t.Rounds.Unsure(); len(some) > 0 {
						all = append(all, fmt.Sprintf("%s: could not tell in %s whether it leaves more %s in each.",
							name, plural.Count(t.Rounds.Ran, "round"), strings.Join(some, " and ")))
					}
				}
			}
		}
	}
	return all
}
