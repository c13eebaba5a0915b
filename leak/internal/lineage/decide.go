package lineage

import "github.com/watertight-go/watertight/leak/internal/stack"

// Witness is what a goroutine itself tells.
type Witness struct {
	ID   uint64
	sign Sign
	// evidence is what its stack tells.
	evidence evidence
	// isWorker: neither was the goroutine's first function the test's, nor did a
	// function of the test create it.
	isWorker bool
}

// Hear asks a goroutine by what the label says and by the body of its record.
func (t *Test) Hear(id uint64, sign Sign, body []byte) Witness {
	if t.OfProcess() || sign == OwnSign && !t.hasBeside() {
		return Witness{ID: id, sign: sign}
	}
	return t.hear(Witness{ID: id, sign: sign}, testFunction(body, t.function), body)
}

// hear is Hear where it is known which function of a test the stack holds.
func (t *Test) hear(w Witness, function string, body []byte) Witness {
	w.evidence = t.tests.weigh(t, function)
	if w.evidence == noFunction {
		return w
	}
	if t.tests.weigh(t, t.before.functionOf(w.ID)) == w.evidence {
		w.evidence = noFunction
	}
	b := stack.BirthOf(body)
	w.isWorker = t.tests.weigh(t, string(b.Entry)) != w.evidence && t.tests.weigh(t, string(b.By)) != w.evidence
	return w
}

// hasBeside reports whether another test ran at the same time.
func (t *Test) hasBeside() bool {
	if t.tests == nil {
		return false
	}
	t.tests.mu.Lock()
	defer t.tests.mu.Unlock()
	return len(t.beside) > 0
}

// Reclaims reports whether a goroutine that an earlier check has seen and not reported,
// such as a worker that may stay, runs code of the test by now.
func (t *Test) Reclaims(w Witness) bool {
	return w.evidence == ownFunction && w.sign != OwnSign && t.before.has(w.ID) && !t.reports(w.ID)
}

// OwnFrames is how many of the frames of a Hosted goroutine, innermost first, belong to
// the code of the test.
func (t *Test) OwnFrames(trace stack.Trace) int {
	for i := len(trace.Frames) - 1; i >= 0; i-- {
		switch t.tests.weigh(t, trace.Frames[i].Func) {
		case ownFunction, subtestsFunction:
			return i + 1
		}
	}
	return len(trace.Frames)
}

// Claim decides where no lineage is needed: rows 1, 2 and 4. It gives Unattributed where
// Trace has to decide. It remembers what the test owns.
func (t *Test) Claim(w Witness) Ownership {
	switch {
	case t == nil:
		return Owned
	case t.whole:
		return Unattributed
	case w.evidence == besideFunction:
		return Foreign
	case w.sign == OwnSign:
		t.owned[w.ID] = struct{}{}
		return Owned
	case w.foreignSign() && !t.ownCode(w):
		return Foreign
	}
	return Unattributed
}

// foreignSign: row 4.
func (w Witness) foreignSign() bool { return w.sign == OtherSign || w.sign == SubtestSign }

// ownCode: row 3. What subtests have in common is decided by their labels, if any.
func (t *Test) ownCode(w Witness) bool {
	return w.evidence == ownFunction || w.evidence == subtestsFunction && w.sign != SubtestSign
}

// Trace decides by all rows. The lineages are those of all goroutines of the dump for
// which Claim did not give Owned. It remembers what the test owns, but no workers of
// others, and returns the goroutine at which the lineage ended.
func (t *Test) Trace(w Witness, l *Lineages) (whose Ownership, at uint64) {
	if t.whole {
		return t.ofProcess(w, l), 0
	}
	whose, at = t.decide(w, l)
	if whose == Owned {
		t.owned[w.ID] = struct{}{}
	}
	return whose, at
}

// decide is Trace without remembering.
func (t *Test) decide(w Witness, l *Lineages) (whose Ownership, at uint64) {
	end, at := t.follow(w.ID, l)
	switch {
	case t.ownCode(w) && w.isWorker && end != toTest:
		return Hosted, at
	case t.ownCode(w):
		return Owned, at
	case w.foreignSign():
		return Foreign, at
	case t.owns(w.ID) || t.claimsRest || end == toTest:
		return Owned, at
	case t.before.has(w.ID) || w.ID == mainID || end == toReported || end == toOther || w.evidence == otherFunction:
		return Foreign, at
	case end == toOlder && t.before == nil && !t.alone:
		return Foreign, at
	case w.evidence == siblingsFunction || !t.alone:
		return Unattributed, at
	case end == toOlder:
		return Older, at
	}
	return Presumed, at
}

// ofProcess decides for the whole process: Reported or Owned. Where a creator has ended,
// the label of a test that has reported leaks tells as well, unless its check saw the
// goroutine and did not report it.
func (t *Test) ofProcess(w Witness, l *Lineages) Ownership {
	end, _ := t.follow(w.ID, l)
	_, spared := t.spared[w.ID]
	if end == toReported || end == breaksOff && w.sign == OtherSign && !spared {
		return Reported
	}
	return Owned
}

// mainID is the main goroutine, the end of most lineages.
const mainID = 1

func (t *Test) owns(id uint64) bool {
	_, owned := t.owned[id]
	return owned
}

// reports reports whether a check has reported the goroutine before.
func (t *Test) reports(id uint64) bool {
	_, reported := t.reported[id]
	return reported
}

// SetBefore says which goroutines there were before the test.
func (t *Test) SetBefore(b *Before) { t.before = b }

// NoOtherRan says that no other test has run since these goroutines were all that there
// were. It makes rows 12 and 13 apply, unless they are not known.
func (t *Test) NoOtherRan(b *Before) { t.before, t.alone = b, b != nil }

// Presumes reports whether rows 12 and 13 may apply.
func (t *Test) Presumes() bool { return t.alone }

// Before are the goroutines that were there before the test; nil where they are not known.
func (t *Test) Before() *Before { return t.before }

// HadWorkers reports whether goroutines were there before the test that may run code of
// it now, though the test has started none. It is true where they are not known.
func (t *Test) HadWorkers() bool { return t.before == nil || t.before.workers > 0 }

// Learn takes over what other checks have reported by now.
func (t *Test) Learn() {
	if t.tests != nil {
		t.tests.mu.Lock()
		defer t.tests.mu.Unlock()
		t.reported = t.tests.reported
	}
}

// Ended counts the goroutines that were there before the test and are not now, by the
// hash of their origin.
func (t *Test) Ended(there func(id uint64) bool) map[uint64]int { return t.before.ended(there) }

// ClaimRest says that nothing else runs in the process, and that what ran before the
// test is not asked about. It makes row 6 apply.
func (t *Test) ClaimRest() { t.claimsRest = true }

// OtherRan says that another test may have run. Rows 6, 12 and 13 apply no more.
func (t *Test) OtherRan() { t.alone, t.claimsRest = false, false }

// Share returns a Test that shares what is known to be owned, and that may learn of
// other tests apart from t.
func (t *Test) Share() *Test {
	copied := *t
	return &copied
}
