package profiles

import (
	"cmp"
	"fmt"

	"github.com/google/pprof/profile"
)

// table numbers the functions of one profile or more. Large profiles have millions of
// frames: their functions are looked up once for each location.
type table struct {
	numbers   map[function]int32
	functions []function
}

func newTable() *table { return &table{numbers: map[function]int32{}} }

func (t *table) number(f function) int32 {
	n, known := t.numbers[f]
	if !known {
		n = int32(len(t.functions))
		t.numbers[f] = n
		t.functions = append(t.functions, f)
	}
	return n
}

// numbered is a frame with the number of its function.
type numbered struct {
	function int32
	line     int64
	file     string
}

// locations are the frames of each location, leaf first. Most profiles number their
// locations from one; those that do not are in a map.
type locations struct {
	dense  [][]numbered
	sparse map[uint64][]numbered
}

// identity says which frames are of one function.
type identity func(function) function

// byName takes functions of one name for the same, in whatever file they are.
func byName(f function) function { return function{name: f.name} }

// byFile takes functions in different files for different ones.
func byFile(f function) function { return f }

// locations numbers the functions of a profile.
func (t *table) locations(p *profile.Profile, same identity) *locations {
	all := &locations{dense: make([][]numbered, 2*len(p.Location)+2), sparse: map[uint64][]numbered{}}
	for _, l := range p.Location {
		var frames []numbered
		for _, f := range locationFrames(l) {
			frames = append(frames, numbered{t.number(same(f.function)), f.line, f.file})
		}
		if l.ID < uint64(len(all.dense)) {
			all.dense[l.ID] = frames
		} else {
			all.sparse[l.ID] = frames
		}
	}
	return all
}

func (all *locations) of(l *profile.Location) []numbered {
	if l.ID < uint64(len(all.dense)) {
		return all.dense[l.ID]
	}
	return all.sparse[l.ID]
}

// locationFrames are the frames of a location, leaf first, with inlined calls. The name of
// a location without symbols is its address.
func locationFrames(l *profile.Location) (all []frame) {
	for _, line := range l.Line {
		f := line.Function
		all = append(all, frame{function{cmp.Or(f.Name, f.SystemName, "?"), f.Filename}, line.Line})
	}
	if len(l.Line) == 0 {
		all = append(all, frame{function: function{name: fmt.Sprintf("%#x", l.Address)}})
	}
	return all
}
