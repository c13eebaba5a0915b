package search

import (
	"runtime"

	"github.com/watertight-go/watertight/leak/internal/inspect"
	"github.com/watertight-go/watertight/leak/internal/stack"
)

// MaxPlain is how many more goroutines than at the baseline there may be for a plain
// dump to be tried. Where there are more, most likely some are left, and the dump would
// be wasted.
const MaxPlain = 1000

// nothingNew reports that every goroutine was there at the baseline, or never counts.
// The plain dump that it makes needs neither labels nor collections. Most searches end
// here.
func (s *Search) nothingNew() bool {
	count := runtime.NumGoroutine()
	if !s.Test.OfProcess() || count > s.Baseline.Count+MaxPlain {
		return false
	}
	for r := range stack.Records(s.dumper.All(count)) {
		id := stack.ID(r.Head)
		if _, before := s.Baseline.IDs[id]; before || id == s.inspector.Self.ID {
			continue
		}
		h, err := stack.ParseHeader(r.Head)
		if err != nil || s.inspector.InScope(h) && !inspect.IsSystem(h, stack.ParseBody(r.Body)) {
			return false
		}
	}
	return !s.dumper.Truncated
}
