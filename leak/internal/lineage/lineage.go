// Package lineage decides whose a goroutine is. It is the only place that follows
// creators, and the only one that weighs the witnesses against each other. It works
// on dumps that were made by others, and starts and waits for nothing.
//
// There are three witnesses. The label: goroutines inherit the pprof label of a test
// from their creator. The lineage: the goroutine itself, its creator, the creator's
// creator and so on. The function: the innermost frame of a stack, or the function that
// created the goroutine, that is a test function or a closure of one.
//
// The first row that applies decides:
//
//	   witness                                                          whose
//	 1 it runs a function of a test that runs at the same time          Foreign
//	 2 it carries the label of this test                                Owned
//	 3 it runs a function of this test, in a worker of others           Hosted
//	   the same, and it is no such worker                               Owned
//	 4 it carries the label of another test                             Foreign
//	 5 it was known to be the test's in an earlier dump                 Owned
//	 6 nothing else runs in the process (Test.ClaimRest)                Owned
//	 7 it was there before the test, or may have been: its lineage      Foreign
//	   leads to the main goroutine, and what was there is not known
//	 8 its lineage leads to a goroutine of this test                    Owned
//	 9 its lineage leads to one that an earlier check has reported      Foreign
//	10 its lineage leads to a goroutine of another test                 Foreign
//	11 it runs a function of another test                               Foreign
//	12 its lineage leads to one that was there before, or to the main   Older
//	   goroutine, and no other test ran
//	13 its lineage breaks off, and no other test ran                    Presumed
//	14 otherwise                                                        Unattributed
//
// A function outweighs a label, since workers keep the label of the test that started
// them, and run what later tests give them. It does not count:
//   - in row 3, if the goroutine ran a function of this test before the test began: it
//     is left from an earlier run;
//   - if tests of the same function run in parallel: it does not tell which one.
//     Their parent's check takes what no label of theirs tells;
//   - in row 1, if it is no test function by its name: such are called as helpers, too.
//
// In row 4, the label of a test counts that has not ended when this one began, or that
// has reported leaks. Workers that a test without leaks has started carry its label on.
//
// Rows 8 to 12 go by the nearest goroutine of the lineage that is known. The lineage
// breaks off at a creator that has ended, at one that the dump gives no creator for, and
// at the runner of a framework that runs each step of the test in a goroutine of its own.
//
// A plain dump has no labels. There Test.Remaining decides without rows 2 and 4.
package lineage

import (
	"strings"

	"github.com/watertight-go/watertight/leak/internal/stack"
)

// Ownership says whose a goroutine is.
type Ownership int

const (
	// Unattributed: no witness tells.
	Unattributed Ownership = iota
	// Owned: it belongs to the test.
	Owned
	// Hosted: it is a worker of others that runs code of the test.
	Hosted
	// Presumed: it belongs to the test as far as can be told, since it is new and
	// no other test ran.
	Presumed
	// Older: the same, and its creator is older than the test. It may replace one
	// that has ended since.
	Older
	// Foreign: it belongs to another test, or to what was there before the test.
	Foreign
	// Reported: it was created by a goroutine that a test has reported. Only a Test of
	// the whole process tells these from its own.
	Reported
)

// Counts reports whether the goroutine belongs to the test.
func (o Ownership) Counts() bool { return o >= Owned && o <= Older }

// Label is the pprof label that a test gives its goroutines.
type Label struct{ Key, Value string }

// Test is a test with the goroutines that are known to be its own. A nil Test stands
// for the whole process and owns every goroutine.
type Test struct {
	label    Label
	name     string
	number   int
	function string
	// tests are all tests. It guards beside, the functions of those that ran at the
	// same time.
	tests  *Tests
	beside map[string]struct{}
	// runningThen are the numbers of the tests that ran when this one began.
	runningThen map[int]struct{}
	// reported are the goroutines that checks have reported. spared are those that such
	// a check saw and did not report; only a Test of the whole process has them.
	reported, spared map[uint64]struct{}
	owned            map[uint64]struct{}
	// runner starts the steps of the test; zero where it has none.
	runner uint64
	// before are the goroutines that there were when the test began. Nil means that
	// they are not known.
	before *Before
	// alone: no other test ran. claimsRest: row 6 applies. whole: it is the process.
	alone, claimsRest, whole bool
}

// NewTest returns the test that runs on the goroutine self, without other tests.
func NewTest(label Label, self uint64) *Test {
	return &Test{label: label, owned: map[uint64]struct{}{self: {}}}
}

// RunsFrom says that a framework runs the test in steps, each in a goroutine that the
// runner creates. A lineage breaks off there: the steps are not the runner's own work, and
// it makes no difference whether one has ended yet.
func (t *Test) RunsFrom(runner uint64) { t.runner = runner }

// Label is the test's label.
func (t *Test) Label() Label { return t.label }

// OfProcess reports whether the test stands for the whole process.
func (t *Test) OfProcess() bool { return t == nil || t.whole }

// Sign is what the label of a goroutine says.
type Sign int

const (
	// NoSign: it has none, or that of a test that ended before this one began.
	NoSign Sign = iota
	OwnSign
	SubtestSign
	OtherSign
)

// SignOf reads the labels of a header.
func (t *Test) SignOf(h stack.Header) Sign {
	if t == nil {
		return NoSign
	}
	for _, l := range h.Labels {
		if l.Key == t.label.Key {
			return t.sign(l.Value)
		}
	}
	return NoSign
}

func (t *Test) sign(value string) Sign {
	if value == t.label.Value {
		return OwnSign
	}
	name, number := numberOf(value)
	_, ran := t.runningThen[number]
	switch {
	case number > 0 && number < t.number && !ran && !t.tests.hasFailed(number):
		return NoSign
	case number > t.number && strings.HasPrefix(name, t.name+"/"):
		return SubtestSign
	}
	return OtherSign
}
