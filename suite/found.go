package suite

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/suite/internal/engine"
	"github.com/watertight-go/watertight/suite/internal/launch"
)

// found is what is known of a package while its tests run.
type found struct {
	Package
	// tests are by the names of the hook, outcomes by those of go test, which may stand
	// for two tests each.
	tests    map[string]*Test
	outcomes map[string]Outcome
	elapsed  map[string]time.Duration
	// subtests are those of tests, as far as they are known.
	subtests map[string][]string
	source   engine.Package
	// binary is the test binary that ran, listed the tests that it has.
	binary *launch.Binary
	listed []string
	// statements is a binary whose tests check themselves; nil where noStatements says
	// that it cannot be built, or where it was not needed.
	statements   *launch.Binary
	noStatements bool
	// said is the line of its output that tells best why it ended.
	said string
	// hung: its binary did not end itself, and was ended.
	hung bool
}

func newFound(p Package) *found {
	return &found{Package: p, tests: map[string]*Test{}, outcomes: map[string]Outcome{}, elapsed: map[string]time.Duration{}, subtests: map[string][]string{}}
}

// test is the test of a name.
func (f *found) test(name string) *Test {
	if f.tests[name] == nil {
		f.tests[name] = &Test{Name: name}
	}
	return f.tests[name]
}

// event takes an event of go test.
func (f *found) event(e event) {
	if e.Action == "output" {
		f.hears(strings.TrimSpace(e.Output))
	}
	name, sub, isSub := strings.Cut(e.Test, "/")
	if name != "" && !isSub && Outcome(e.Action).isEnd() {
		f.elapsed[name] = time.Duration(e.Elapsed * float64(time.Second))
	}
	switch o := Outcome(e.Action); {
	case name == "":
	case isSub:
		if e.Action == "run" && isDirect(sub) && len(f.subtests[name]) < mostNamed {
			f.subtests[name] = with(f.subtests[name], sub)
		}
	case e.Action == "run" && f.outcomes[name] != Failed:
		f.outcomes[name] = NotEnded
	case o.isEnd() && f.outcomes[name] != Failed: // of several runs, one failure counts
		f.outcomes[name] = o
	}
}

// hears keeps the line that tells best why the process ended: the first of a crash, or
// else the last one.
func (f *found) hears(line string) {
	frame := strings.HasPrefix(line, "FAIL") || strings.HasPrefix(line, "=== ") || strings.HasPrefix(line, "--- ")
	if line != "" && !crashed(f.said) && !frame {
		f.said = line[:min(len(line), longestSaid)]
	}
}

const longestSaid = 300

// crashed reports whether a line is the first that the runtime prints of a crash.
func crashed(line string) bool {
	return strings.HasPrefix(line, "panic: ") || strings.HasPrefix(line, "fatal error: ")
}

// record takes a record of its test binary.
func (f *found) record(r record) {
	switch r.Event {
	case eventAttached:
		f.listed = r.Tests
	case eventStarted:
		f.test(r.Test).Checked = true
		f.test(r.Test).ends(NotEnded)
	case eventEnded:
		f.test(r.Test).ends(r.Outcome)
	case eventLeaked:
		f.test(r.Test).Left = r.Report // a later run may leave nothing
	case eventSaid:
		f.test(r.Test).Error = cmp.Or(r.Error, f.test(r.Test).Error)
	case eventMeasured:
		f.test(r.Test).Allocated = &r.Allocated
	case eventTimedOut:
		for _, name := range r.Tests {
			f.test(name).Error = "it ran when the time of -timeout was over"
		}
	case eventSearched:
		f.Searched = r.Error == ""
		f.Error = cmp.Or(r.Error, f.Error)
		if r.Report != nil && r.Report.Err() != nil {
			f.Rest = r.Report
		}
	}
}

// ends notes how one of its runs ended: where it runs several times, one failure counts.
func (t *Test) ends(o Outcome) {
	if t.Outcome != Failed {
		t.Outcome = o
	}
}

// join joins what go test has said with what the records say. Where two tests have one
// name, only the records tell them apart.
func (f *found) join(s selection) {
	twins := map[string]bool{}
	for _, name := range f.listed {
		if plain := PlainName(name); plain != name {
			twins[plain] = true
		}
	}
	for name, o := range f.outcomes {
		if twins[name] {
			continue
		}
		if f.test(name).Elapsed = f.elapsed[name]; o != NotEnded || f.test(name).Outcome == "" {
			f.test(name).Outcome = o
		}
	}
	f.missing(s)
	if f.Error == "" {
		f.Error = f.trouble()
	}
}

// missing adds the tests that were to run and did not begin.
func (f *found) missing(s selection) {
	for _, name := range f.listed {
		if f.tests[name] == nil && s.runs(PlainName(name)) {
			f.test(name).Outcome = NotRun
		}
	}
}

// trouble says why tests did not run; empty where all ran.
func (f *found) trouble() string {
	began := slices.ContainsFunc(slices.Collect(maps.Values(f.tests)), func(t *Test) bool { return t.Outcome != NotRun })
	switch {
	case f.hung && crashed(f.said):
		return "killed, since it did not end when the time of -timeout was over: " + f.said
	case f.hung:
		return "killed, since it did not end when the time of -timeout was over"
	case began || len(f.tests) == 0 && f.Outcome != Failed:
	case f.Outcome == Failed && f.said != "":
		return "no test began: " + f.said
	default:
		return "no test began: its TestMain ran none"
	}
	if n := f.count(NotRun); n > 0 {
		return fmt.Sprintf("the process ended before %s began: %s", plural.Count(n, "test"), f.said)
	}
	return ""
}

func (f *found) count(o Outcome) (n int) {
	for _, t := range f.tests {
		if t.Outcome == o {
			n++
		}
	}
	return n
}

// unsuccessful are the tests under a check that failed or did not end.
func (f *found) unsuccessful() (all []*Test) {
	for _, name := range slices.Sorted(maps.Keys(f.tests)) {
		if t := f.tests[name]; t.Checked && (t.Outcome == Failed || t.Outcome == NotEnded) {
			all = append(all, t)
		}
	}
	return all
}

// blamed are the tests with a report of what they left.
func (f *found) blamed() (all []*Test) {
	for _, name := range slices.Sorted(maps.Keys(f.tests)) {
		if t := f.tests[name]; t.Left != nil {
			all = append(all, t)
		}
	}
	return all
}
