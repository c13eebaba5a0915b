package lineage

import (
	"bytes"
	"strconv"

	"github.com/watertight-go/watertight/leak/internal/stack"
)

// Remaining decides by a plain dump whether the test has left goroutines behind: Owned
// if it has, Foreign if every goroutine belongs to others, Unattributed where no witness
// tells of one, Older or Presumed where one counts unless another test ran. It does not
// ask whose the goroutines are for which skip is true. It returns all goroutines of the
// dump as well, which are about count.
func (t *Test) Remaining(dump []byte, count int, skip func(stack.Record) bool) (Ownership, *Before) {
	lineages, now := NewLineages(count), newBefore(count)
	for r := range stack.Records(dump) {
		id, birth := stack.ID(r.Head), stack.BirthOf(r.Body)
		lineages.add(id, birth)
		now.add(id, r, birth, testFunction(r.Body, t.function))
	}
	answer := Foreign
	for r := range stack.Records(dump) {
		id := stack.ID(r.Head)
		if t.owns(id) {
			continue
		}
		whose, _ := t.decide(t.hear(Witness{ID: id}, now.functionOf(id), r.Body), lineages)
		if whose == Foreign || skip(r) {
			continue
		}
		if whose == Owned || whose == Hosted {
			return Owned, now
		}
		answer = whose
	}
	return answer, now
}

// Hosts reports whether a goroutine that was there before the test runs code of it, and
// whether one was about to run.
func (t *Test) Hosts(dump []byte) (hosts, busy bool) {
	for r := range stack.Records(dump) {
		id := stack.ID(r.Head)
		if t.owns(id) || id == mainID {
			continue
		}
		busy = busy || bytes.Contains(r.Head, runnable)
		if w := t.Hear(id, NoSign, r.Body); t.ownCode(w) && w.isWorker {
			return true, busy
		}
	}
	return false, busy
}

// Labelled reports whether the text of a goroutine profile, as pprof writes it with
// debug=1, has a goroutine with the test's label.
func (t *Test) Labelled(profile []byte) bool {
	return bytes.Contains(profile, []byte(strconv.Quote(t.label.Key)+":"+strconv.Quote(t.label.Value)))
}
