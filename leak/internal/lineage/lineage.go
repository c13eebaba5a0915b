// Package lineage decides whose a goroutine is. It is the only place that follows
// creators, and the only one that weighs the witnesses against each other. It works
// on dumps that were made by others, and starts and waits for nothing.
//
// The first row that applies decides:
//
//	witness                                                        whose
//	1 it carries the label of this test                            Owned
//	2 it carries the label of another test                         Foreign
//	3 it was known to be the test's in an earlier dump             Owned
//	4 nothing else runs in the process (Test.ClaimRest)            Owned
//	5 its lineage leads to a goroutine of this test                Owned
//	6 its lineage leads to one that was there before the test      Foreign
//	7 its lineage leads to the main goroutine                      Foreign
//	8 its lineage breaks off, it is new, and no other test ran     Presumed
//	9 its lineage breaks off otherwise                             Unattributed
//
// The lineage of a goroutine is the goroutine itself, its creator, the creator's
// creator and so on. Rows 5 to 7 go by the nearest goroutine of the lineage that is
// known. The lineage breaks off at a creator that has ended, and at one that the
// dump gives no creator for.
//
// Goroutines inherit labels from their creator, so rows 3 to 9 are for those that
// have lost the label: a library has set labels of its own in its place. A plain
// dump has no labels. There Test.Remaining decides by rows 3 and 5 to 9 alone.
package lineage

import (
	"bytes"
	"maps"
	"strconv"

	"github.com/watertight-go/watertight/leak/internal/stack"
)

// Ownership says whose a goroutine is.
type Ownership int

const (
	// Unattributed: no witness tells.
	Unattributed Ownership = iota
	// Owned: it belongs to the test.
	Owned
	// Presumed: it belongs to the test as far as can be told, since it is new and
	// no other test ran.
	Presumed
	// Foreign: it belongs to another test, or to what was there before the test.
	Foreign
)

// Label is the pprof label that a test gives its goroutines.
type Label struct{ Key, Value string }

// Test is a test with the goroutines that are known to be its own. A nil Test stands
// for the whole process and owns every goroutine.
type Test struct {
	label Label
	owned map[uint64]struct{}
	// presumed are the test's by row 8. They are no witnesses for the goroutines
	// that they create, which are presumed as well.
	presumed map[uint64]struct{}
	// before are the goroutines that there were when the test began. Nil means that
	// they are not known, or that another test ran since.
	before Creators
	// claimsRest: row 4 applies.
	claimsRest bool
}

// NewTest returns the test that runs on the goroutine self.
func NewTest(label Label, self uint64) *Test {
	return &Test{label: label, owned: map[uint64]struct{}{self: {}}}
}

// Label is the test's label.
func (t *Test) Label() Label { return t.label }

// ByLabel decides by the labels of a header alone: rows 1 and 2.
func (t *Test) ByLabel(h stack.Header) Ownership {
	if t == nil {
		return Owned
	}
	for _, l := range h.Labels {
		if l.Key == t.label.Key {
			if l.Value == t.label.Value {
				return Owned
			}
			return Foreign
		}
	}
	return Unattributed
}

// Claim decides by what ByLabel said of the goroutine's header, and by what was
// known of the goroutine: rows 1 to 4. It remembers what the test owns.
func (t *Test) Claim(id uint64, byLabel Ownership) Ownership {
	if t == nil {
		return Owned
	}
	switch {
	case byLabel == Owned:
		t.owned[id] = struct{}{}
	case byLabel == Unattributed && (t.owns(id) || t.claimsRest):
		return Owned
	}
	return byLabel
}

// Trace decides by the lineage: rows 5 to 9. The creators are those of all goroutines
// of the dump for which Claim gave Unattributed. It remembers what the test owns.
func (t *Test) Trace(id uint64, creators Creators) Ownership {
	whose := t.byLineage(id, creators)
	switch whose {
	case Owned:
		t.owned[id] = struct{}{}
	case Presumed:
		if t.presumed == nil {
			t.presumed = map[uint64]struct{}{}
		}
		t.presumed[id] = struct{}{}
	}
	return whose
}

// byLineage is Trace without remembering.
func (t *Test) byLineage(id uint64, creators Creators) Ownership {
	nearest, known := creators.nearest(id, t.knows)
	switch {
	case known && t.owns(nearest):
		return Owned
	case known:
		return Foreign
	case t.before != nil:
		return Presumed
	}
	return Unattributed
}

// knows reports whether the lineage need not be followed beyond the goroutine.
func (t *Test) knows(id uint64) bool {
	return t.owns(id) || t.wasBefore(id) || id == mainID
}

// mainID is the main goroutine, the end of most lineages.
const mainID = 1

func (t *Test) owns(id uint64) bool {
	_, owned := t.owned[id]
	return owned
}

func (t *Test) wasBefore(id uint64) bool {
	_, before := t.before[id]
	return before
}

// Remaining decides by a plain dump whether the test has left goroutines behind: Owned
// if it has, Foreign if every goroutine belongs to others, Unattributed where the
// lineage of one breaks off. It does not ask whose the goroutines are for which skip
// is true. The creators are those of all goroutines of the dump, about count of them.
func (t *Test) Remaining(dump []byte, count int, skip func(stack.Record) bool) (Ownership, Creators) {
	creators := CreatorsIn(dump, count)
	answer := Foreign
	for r := range stack.Records(dump) {
		id := stack.ID(r.Head)
		if t.owns(id) {
			continue
		}
		whose := t.byLineage(id, creators)
		if whose == Foreign || skip(r) {
			continue
		}
		if whose == Owned {
			return Owned, creators
		}
		answer = Unattributed
	}
	return answer, creators
}

// NoOtherSince says that no other test has run since these goroutines were all that
// there were. It makes row 8 apply.
func (t *Test) NoOtherSince(before Creators) { t.before = before }

// Presumes reports whether row 8 may apply.
func (t *Test) Presumes() bool { return t.before != nil }

// ClaimRest says that nothing else runs in the process, and that what ran before the
// test is not asked about. It makes row 4 apply.
func (t *Test) ClaimRest() { t.claimsRest = true }

// OtherRan says that another test may have run. Rows 4 and 8 apply no more, and what
// was the test's by row 8 is Unattributed again.
func (t *Test) OtherRan() {
	t.before, t.presumed, t.claimsRest = nil, nil, false
}

// IsPresumed reports whether the goroutine is the test's by row 8 alone.
func (t *Test) IsPresumed(id uint64) bool {
	if t == nil {
		return false
	}
	_, ok := t.presumed[id]
	return ok
}

// Share returns a Test that shares what is known to be owned, and that may learn of
// other tests apart from t.
func (t *Test) Share() *Test {
	copied := *t
	copied.presumed = maps.Clone(t.presumed)
	return &copied
}

// Labelled reports whether the text of a goroutine profile, as pprof writes it with
// debug=1, has a goroutine with the test's label.
func (t *Test) Labelled(profile []byte) bool {
	return bytes.Contains(profile, []byte(strconv.Quote(t.label.Key)+":"+strconv.Quote(t.label.Value)))
}
