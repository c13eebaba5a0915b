package leak

import (
	"bytes"
	"runtime"
	"runtime/pprof"
	"strconv"

	"github.com/watertight-go/watertight/leak/internal/stack"
)

// plainMost is how many more goroutines than at the baseline there may be for a
// plain dump to be worth a try. Where there are more, most likely some are
// left, and the dump would be one too many.
const plainMost = 1000

// nothingNew is a first answer that needs neither labels nor collections: every
// goroutine was there at the baseline, or never counts. Most looks end here.
func (f *finder) nothingNew() bool {
	count := runtime.NumGoroutine()
	if f.owner != nil || count > f.base.count+plainMost {
		return false
	}
	for r := range stack.Records(f.dumper.all(count)) {
		id := stack.ID(r.Head)
		if id == f.self.ID || f.base.has(id) {
			continue
		}
		h, err := stack.ParseHeader(r.Head)
		if err != nil {
			return false
		}
		elsewhere := f.self.Bubble != 0 && h.Bubble != f.self.Bubble
		if !elsewhere && !isSystem(h, stack.ParseBody(r.Body)) {
			return false
		}
	}
	return !f.dumper.truncated
}

// nothingLeft is a first answer that leaves GODEBUG alone. A plain dump has the
// creators; where they do not tell, the aggregated goroutine profile has labels.
func (c *checker) nothingLeft() bool {
	if created().still(c.base.created) {
		return true
	}
	count := runtime.NumGoroutine()
	if count > c.base.count+plainMost {
		return false
	}
	var d dumper
	now := created()
	whose, all := c.owner.kin(d.all(count), count)
	if d.truncated {
		return false
	}
	checks.saw(all, now)
	switch {
	case whose == nobodys && c.owner.before != nil && c.alone():
		// Somebody new: whose, only a look at the labels tells.
		return false
	case whose == nobodys:
		return !c.owner.labels()
	}
	return whose == others
}

// kin tells by the creators alone whether the owner's goroutines have left any
// behind: mine if they have, others if none is theirs, nobodys where chains of
// creators break off at one that has ended. Labels are inherited from creators,
// so what no chain leads to has none of the owner's. What was there before is
// not the owner's, nor what that has created. The second result are all
// goroutines of the dump.
func (o *owner) kin(dump []byte, count int) (ownership, map[uint64]uint64) {
	f := family{own: o.ids, before: o.before, creators: creatorsIn(dump, count)}
	answer := others
	for r := range stack.Records(dump) {
		id := stack.ID(r.Head)
		if _, ok := o.ids[id]; ok {
			continue
		}
		root := f.root(id)
		_, own := o.ids[root]
		if _, old := o.before[root]; old && !own || root == mainID && !own || isSystem(stack.Header{ID: id}, stack.ParseBody(r.Body)) {
			continue
		}
		if own {
			return mine, f.creators
		}
		answer = nobodys
	}
	return answer, f.creators
}

// mainID is the main goroutine, the end of most chains.
const mainID = 1

// family knows who created whom.
type family struct {
	own      map[uint64]struct{}
	before   map[uint64]uint64
	creators map[uint64]uint64
}

// root follows the creators of a goroutine to one of the owner's, to one that was
// there before, or to the main goroutine. It is zero where the chain breaks off before.
func (f family) root(id uint64) uint64 {
	top := id
	for range len(f.creators) + 1 {
		_, own := f.own[top]
		_, old := f.before[top]
		if own || old || top == mainID || top == 0 {
			break
		}
		// Zero for one that has ended.
		top = f.creators[top]
	}
	// Long chains are followed once.
	for id != top && id != 0 {
		next, known := f.creators[id]
		if !known {
			break
		}
		f.creators[id] = top
		id = next
	}
	return top
}

// labels reports whether a goroutine carries the owner's label, by a profile
// that shows them whatever GODEBUG says.
func (o *owner) labels() bool {
	var text bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&text, 1); err != nil {
		return true
	}
	return bytes.Contains(text.Bytes(), []byte(strconv.Quote(o.key)+":"+strconv.Quote(o.value)))
}
