package forms

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/watertight-go/watertight/internal/plaintext"
	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/suite"
)

// Terminal is what Text writes to.
type Terminal struct {
	// Color adds ANSI colours. Colour is never the only sign of a thing.
	Color bool
	// Width is how many columns a line may take. Zero means WidestLine; less than 60 means 60.
	Width int
}

// WidestLine is how wide lines become at most: longer ones are hard to read.
const WidestLine = 100

// The bounds of what Text shows.
const (
	leastWidth = 60
	// namesShown is how many tests of a site are named.
	namesShown = 4
	// linesShown is how much is shown of what the go command said.
	linesShown = 10
	// rowsShown is how many notes of one kind are shown.
	rowsShown = 20
)

// Text writes a result for a terminal, the answer first. Characters that could control
// the terminal are spelled out.
func Text(w io.Writer, r suite.Result, to Terminal) error {
	p := printer{color: to.Color, width: max(cmp.Or(to.Width, WidestLine), leastWidth)}
	p.result(viewFrom(r, shownFrom(r.After)))
	if _, err := io.WriteString(w, p.b.String()); err != nil {
		return fmt.Errorf("forms: text: write: %w", err)
	}
	return nil
}

// printer writes wrapped lines.
type printer struct {
	b     strings.Builder
	color bool
	width int
}

func (p *printer) result(v view) {
	p.wrapped("", v.headline, headlineTone(v))
	if v.sides != "" {
		p.wrapped("", v.sides, faint)
	}
	for _, s := range v.sites {
		p.b.WriteByte('\n')
		p.site(v, s)
	}
	p.growth(v)
	p.troubles(v.troubles)
	p.notCompared(v.result.NotCompared)
	p.allocations(v.result.Allocations)
	for i, n := range v.notes {
		if i == 0 {
			p.b.WriteByte('\n')
		}
		p.wrapped("", n, faint)
	}
	if again := v.again(); again != "" {
		p.b.WriteString("\nOne of them alone:\n\n    " + plaintext.Clean(again) + "\n")
	}
}

// site is a place with its tests.
func (p *printer) site(v view, s leakSite) {
	head := s.what
	if s.place != "" {
		head = s.place + ": " + head
	}
	if word := v.word(s); word != "" {
		head = word + "  " + head
	}
	p.wrapped("", head, toneOf(s.Verdict))
	if s.Why != "" {
		p.wrapped("    ", s.Why, plain)
	}
	for _, more := range s.more {
		p.wrapped("    ", more, plain)
	}
	if who := s.who(namesShown); who != "" {
		p.wrapped("    ", who, plain)
	}
}

// troubles name what could not be checked.
func (p *printer) troubles(all []trouble) {
	for _, t := range all[:min(len(all), rowsShown)] {
		lines := strings.Split(strings.TrimSpace(t.why), "\n")
		p.b.WriteByte('\n')
		p.wrapped("", t.subject+": "+lines[0], doubt)
		for _, l := range lines[1:min(len(lines), linesShown)] {
			p.wrapped("    ", l, plain)
		}
		if more := len(lines) - linesShown; more > 0 {
			p.wrapped("    ", "... and "+plural.Count(more, "line")+" more", faint)
		}
	}
	p.andMore(len(all), "not checked")
}

// notCompared names the tests of which nothing can be said.
func (p *printer) notCompared(all []suite.NotCompared) {
	if len(all) == 0 {
		return
	}
	p.b.WriteByte('\n')
	p.wrapped("", fmt.Sprintf("%s did not run alike in both versions, and cannot be compared:", plural.Count(len(all), "test")), doubt)
	groups := byReason(all, namesShown)
	for _, g := range groups[:min(len(groups), rowsShown)] {
		p.wrapped("    ", g, plain)
	}
	p.andMore(len(groups), "reasons")
}

// byReason joins tests of one package of which nothing can be said for one reason. At
// most so many are named.
func byReason(all []suite.NotCompared, most int) (lines []string) {
	type reason struct{ pkg, why string }
	var order []reason
	names := map[reason][]string{}
	for _, n := range all {
		r := reason{n.Package, n.Why}
		if names[r] == nil {
			order = append(order, r)
		}
		names[r] = append(names[r], n.Test)
	}
	for _, r := range order {
		tests := names[r]
		if len(tests) == 1 && tests[0] == "" {
			lines = append(lines, r.pkg+": "+r.why)
			continue
		}
		list := strings.Join(tests[:min(len(tests), most)], ", ")
		if more := len(tests) - most; more > 0 {
			list += fmt.Sprintf(" and %d more", more)
		}
		lines = append(lines, fmt.Sprintf("%s (%s): %s", r.why, r.pkg, list))
	}
	return lines
}

// andMore says how many rows are not shown.
func (p *printer) andMore(n int, what string) {
	if n > rowsShown {
		p.wrapped("    ", fmt.Sprintf("... and %d more %s", n-rowsShown, what), faint)
	}
}

// subject is a test with its package, or a package.
func subject(t suite.TestName) string {
	if t.Test == "" {
		return t.Package
	}
	return fmt.Sprintf("%s (%s)", t.Test, t.Package)
}

// mostColumns is how much of one text is shown. The middle of a longer one is cut out.
const mostColumns = 1200

// wrapped writes a text that may take several lines. All but the first are indented
// further.
func (p *printer) wrapped(indent, text string, t tone) {
	for i, l := range plaintext.Wrap(plaintext.Limit(text, mostColumns), p.width-len(indent)-4) {
		if i > 0 {
			l = "    " + l
		}
		p.b.WriteString(indent + p.paint(l, t) + "\n")
	}
}

// tone is how a line is coloured.
type tone string

const (
	plain tone = ""
	good  tone = "32"
	bad   tone = "31"
	doubt tone = "33"
	faint tone = "2"
)

// paint colours one line.
func (p *printer) paint(s string, t tone) string {
	if !p.color || t == plain || s == "" {
		return s
	}
	return "\x1b[" + string(t) + "m" + s + "\x1b[0m"
}

// toneOf is that of a verdict.
func toneOf(v suite.Verdict) tone {
	switch {
	case v.Fails():
		return bad
	case v == suite.Fixed:
		return good
	case v == suite.Flaky || v == suite.NotComparable:
		return doubt
	}
	return plain
}

// headlineTone is that of the whole result.
func headlineTone(v view) tone {
	switch {
	case failing(v.result) > 0:
		return bad
	case v.result.ExitCode() == 2:
		return doubt
	}
	return good
}
