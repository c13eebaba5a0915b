package lineage

import (
	"bytes"
	"iter"

	"github.com/watertight-go/watertight/leak/internal/stack"
)

// Creators has the creator of each goroutine; zero where the dump gives none.
type Creators map[uint64]uint64

// CreatorsIn reads all goroutines of a dump, about count of them.
func CreatorsIn(dump []byte, count int) Creators {
	creators := make(Creators, count)
	for r := range stack.Records(dump) {
		creators[stack.ID(r.Head)] = stack.Creator(r.Body)
	}
	return creators
}

// lineage yields a goroutine, its creator, the creator's creator and so on. The last
// one has ended, or the dump gives no creator for it.
func (c Creators) lineage(id uint64) iter.Seq[uint64] {
	return func(yield func(uint64) bool) {
		// Creators cannot form a circle, but a dump is only text.
		for range len(c) + 1 {
			if id == 0 || !yield(id) {
				return
			}
			id = c[id]
		}
	}
}

// nearest is the first goroutine of a lineage that is known. It shortens the lineages
// in c on the way, so that a long one is followed once only.
func (c Creators) nearest(id uint64, known func(id uint64) bool) (nearest uint64, found bool) {
	for nearest = range c.lineage(id) {
		if found = known(nearest); found {
			break
		}
	}
	for id != nearest {
		creator := c[id]
		c[id] = nearest
		id = creator
	}
	return nearest, found
}

// Lineages are those of the goroutines of one dump.
type Lineages struct {
	creators Creators
	// tests are the goroutines that run a test, others those of other tests.
	tests, others map[uint64]struct{}
}

// NewLineages returns empty ones, for about count goroutines.
func NewLineages(count int) *Lineages {
	return &Lineages{creators: make(Creators, count), tests: map[uint64]struct{}{}, others: map[uint64]struct{}{}}
}

// Add adds a goroutine by the body of its record.
func (l *Lineages) Add(id uint64, body []byte) { l.add(id, stack.BirthOf(body)) }

func (l *Lineages) add(id uint64, b stack.Birth) {
	l.creators[id] = b.Creator
	if runsTest(b.By) {
		l.tests[id] = struct{}{}
	}
}

var testingPrefix = []byte("testing.")

// runsTest reports whether a goroutine that the function created runs a test.
func runsTest(creator []byte) bool { return bytes.HasPrefix(creator, testingPrefix) }

// AddOther adds a goroutine that is known to belong to another test.
func (l *Lineages) AddOther(id uint64) { l.others[id] = struct{}{} }

// end is where a lineage leads to.
type end int

const (
	// breaksOff: at a goroutine that has ended or has no creator.
	breaksOff end = iota
	// toTest: at a goroutine of the test.
	toTest
	// toReported: at one that an earlier check has reported.
	toReported
	// toOther: at one of another test.
	toOther
	// toOlder: at one that was there before the test, or at the main goroutine.
	toOlder
)

// follow finds where a lineage leads to, and the goroutine that tells. A goroutine that
// runs another test may run a subtest of this one, so its own lineage is followed as
// well.
func (t *Test) follow(id uint64, l *Lineages) (end end, at uint64) {
	known := func(id uint64) bool {
		_, test := l.tests[id]
		_, other := l.others[id]
		return test || other || id == mainID || id == t.runner || t.owns(id) || t.reports(id) || t.before.has(id)
	}
	passedTest := false
	for range len(l.tests) + 1 {
		nearest, found := l.creators.nearest(id, known)
		_, test := l.tests[nearest]
		switch {
		case found && t.owns(nearest):
			return toTest, nearest
		case found && nearest == t.runner:
			return breaksOff, 0
		case found && test:
			passedTest = true
			id = l.creators[nearest]
			continue
		case passedTest:
			return toOther, nearest
		case !found:
			return breaksOff, 0
		}
		return t.endAt(nearest, l), nearest
	}
	return toOther, 0
}

// endAt says what a goroutine is that is known, and that neither is the test's nor runs
// one.
func (t *Test) endAt(id uint64, l *Lineages) end {
	if t.reports(id) {
		return toReported
	}
	if _, other := l.others[id]; other {
		return toOther
	}
	return toOlder
}
