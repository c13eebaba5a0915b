package leak

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/watertight-go/watertight/leak/internal/inspect"
	"github.com/watertight-go/watertight/leak/internal/lineage"
	"github.com/watertight-go/watertight/leak/internal/search"
	"github.com/watertight-go/watertight/leak/internal/words"
)

// remember notes which goroutines the check has reported, and which it has seen so that
// nobody else has to report them. Those of classes that do not fail here may fail
// elsewhere.
func (c *checker) remember(found search.Result) {
	if found.Inspection == nil {
		return
	}
	var seen, reported, spared []uint64
	for _, g := range found.Groups {
		if !c.opts.fails(Class(g.Class)) {
			spared = append(spared, g.IDs...)
			continue
		}
		seen = append(seen, g.IDs...)
		if g.Judged() {
			reported = append(reported, g.IDs...)
		}
	}
	checks.addSeen(slices.Values(seen))
	checks.tests.Failed(c.test, reported, spared)
}

// warnOfPresumed says of how many goroutines the test is only presumed to be the owner,
// since no other test ran.
func (c *checker) warnOfPresumed(r *Report, found search.Result) {
	if found.Inspection == nil {
		return
	}
	count := map[lineage.Ownership]int{}
	var creators []inspect.Creator
	for _, g := range found.Groups {
		if g.Judged() && c.opts.fails(Class(g.Class)) {
			count[g.Whose] += len(g.IDs)
			creators = append(creators, g.Creators...)
		}
	}
	if n := count[lineage.Presumed]; n > 0 {
		r.warn("of %s neither a label nor a living creator tells the origin; "+
			"they count because they are new and no other test ran; a timer that an earlier test has set looks the same", words.Goroutines(n))
	}
	if n := count[lineage.Older]; n > 0 {
		r.warn("%s created by what is older than the test: %s; what is new counts because no other test ran; "+
			"a service that the test has only woken looks the same the first time", words.Goroutines(n), describe(creators))
	}
	if n := count[lineage.Hosted]; n > 0 {
		r.warn("%s run code of this test in goroutines that others have started", words.Goroutines(n))
	}
}

// creatorsShown bounds describe.
const creatorsShown = 3

// describe names creators: each function once.
func describe(creators []inspect.Creator) string {
	var parts []string
	for _, c := range creators {
		part := fmt.Sprintf("goroutine %d, %s", c.ID, c.Entry)
		if c.Created.Func != "" {
			part += fmt.Sprintf(", created by %s at %s:%d", c.Created.Func, c.Created.File, c.Created.Line)
		}
		if !slices.Contains(parts, part) {
			parts = append(parts, part)
		}
	}
	if more := len(parts) - creatorsShown; more > 0 {
		parts = append(parts[:creatorsShown], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(parts, "; ")
}

// glanceAtOthers logs the goroutines of which no witness tells, unless they end within
// some milliseconds.
func (c *checker) glanceAtOthers() {
	if c.test.Before() == nil {
		return
	}
	c.test.OtherRan()
	c.base.goroutines.IDs = checks.alreadySeen()
	s, err := search.New(c.config())
	if err != nil {
		return
	}
	for pause := time.Millisecond; ; pause *= 2 {
		i := s.Inspect()
		if len(i.Unattributed) == 0 {
			return
		}
		if pause > 4*time.Millisecond {
			c.logUnattributed(i.Unattributed)
			return
		}
		time.Sleep(pause)
	}
}

// placesShown bounds the places in the log line of goroutines that are not attributed.
const placesShown = 5

// logUnattributed logs how many goroutines are left to VerifyTestMain, and where they
// come from.
func (c *checker) logUnattributed(groups []*inspect.Group) {
	total, counts := 0, map[string]int{}
	var places []string
	for _, g := range groups {
		p := origin(g)
		if counts[p] == 0 {
			places = append(places, p)
		}
		counts[p] += len(g.IDs)
		total += len(g.IDs)
	}
	if total == 0 {
		return
	}
	for i, p := range places {
		places[i] = fmt.Sprintf("%d %s", counts[p], p)
	}
	if more := len(places) - placesShown; more > 0 {
		places = append(places[:placesShown], fmt.Sprintf("and %d more places", more))
	}
	c.t.Logf("leak: %s left unattributed, to VerifyTestMain, since other tests ran at the same time: %s",
		words.Goroutines(total), strings.Join(places, "; "))
}

// origin says where goroutines come from: the user's function that a library runs in
// them, or else the go statement.
func origin(g *inspect.Group) string {
	if f, ok := inspect.Runs(g.Trace); ok {
		return fmt.Sprintf("running at %s:%d (%s)", f.File, f.Line, f.Func)
	}
	if f := g.Trace.Created; f.Func != "" {
		return fmt.Sprintf("created at %s:%d (%s)", f.File, f.Line, f.Func)
	}
	return "running " + inspect.Entry(g.Trace)
}

// warnOfReported says how many goroutines were created by some that tests have reported.
func (r *Report) warnOfReported(found search.Result) {
	if found.Inspection != nil && found.Reported > 0 {
		r.warn("%s more were created by goroutines that tests have reported", words.Goroutines(found.Reported))
	}
}
