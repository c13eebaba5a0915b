package forms

import (
	"strings"
	"time"

	"github.com/watertight-go/watertight/internal/plaintext"
	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/suite"
)

// pageLeak is a place that leaks, on the page.
type pageLeak struct {
	Word, At, What, Why, Shown, Rest string
	More, Stack                      []string
	Tests                            []pageTest
	// Hidden is how many tests more there are.
	Hidden int
}

// pageTest is a test that shows a leak.
type pageTest struct{ Name, Package, At string }

func newPageLeak(v view, s leakSite) pageLeak {
	l := pageLeak{
		Word: v.word(s), At: clean(s.place), What: clean(s.what), Why: clean(s.Why),
		Shown: "shown by " + plural.Count(len(s.Tests), "test"), Hidden: max(len(s.Tests)-mostTests, 0),
	}
	for _, more := range s.more {
		l.More = append(l.More, clean(more))
	}
	for _, t := range s.Tests[:min(len(s.Tests), mostTests)] {
		l.Tests = append(l.Tests, pageTest{clean(t.Test), clean(t.Package), clean(shown(v.declared[t]))})
	}
	if len(s.Rest) > 0 {
		l.Rest = clean(strings.Join(s.Rest, ", "))
	}
	if s.Finding.Stack != "" {
		l.Stack = stackLines(s.Finding.Stack)
	}
	return l
}

// environment is how the result was made.
func environment(r suite.Result) (rows [][2]string) {
	add := func(name, value string) {
		if value != "" {
			rows = append(rows, [2]string{name, plaintext.Limit(value, plaintext.MostSentence)})
		}
	}
	if !r.Created.IsZero() {
		add("begun", r.Created.UTC().Format("2006-01-02 15:04:05 UTC"))
	}
	add("module", r.After.Module)
	add("tool", r.Setup.Tool)
	add("Go", r.Setup.Go)
	add("platform", r.Setup.Platform)
	add("packages", strings.Join(r.Setup.Patterns, " "))
	add("flags", strings.Join(r.Setup.Flags, " "))
	add("shard", r.Setup.Shard)
	if r.Before != nil {
		add("before", side(*r.Before))
		add("after", side(r.After))
	}
	var elapsed, cpu time.Duration
	for _, o := range r.Observed() {
		elapsed, cpu = elapsed+o.Elapsed, cpu+o.CPU
	}
	add("time", elapsed.Round(time.Millisecond).String())
	add("CPU", cpu.Round(time.Millisecond).String())
	return rows
}
