package profiles

import (
	"cmp"
	"slices"
	"strings"

	"github.com/google/pprof/profile"
)

// Entry is a function of a profile with its cumulative value: the sum of all
// samples that have the function in their stack. A sample counts once, also if the
// function is several times in the stack.
type Entry struct {
	Function string
	File     string
	// Line is the line of Function with the largest part of Value.
	Line  int64
	Value int64
}

// Top returns at most n functions, those with the largest cumulative values of the
// default sample type. Negative values count by their magnitude. Zero or a
// negative n means all. Functions with the value zero are left out.
//
// Frames of the runtime are left out if the stack has other frames. The functions
// of one goroutine's stack have equal values. Of those, functions outside of the
// standard library come first, and then the one nearest to the leaf, where the
// goroutine hangs.
func (p *Profile) Top(n int) []Entry {
	if p.isZero() {
		return nil
	}
	sums := map[function]*sum{}
	i := p.defaultType()
	for _, s := range p.proto.Sample {
		addStack(sums, withoutRuntime(frames(s)), s.Value[i])
	}
	ranked := rank(sums)
	if n > 0 && n < len(ranked) {
		ranked = ranked[:n]
	}
	return ranked
}

// function identifies a function; frames of the same function are added up.
type function struct{ name, file string }

type frame struct {
	function
	line int64
}

// sum is the sum of the samples of one function.
type sum struct {
	value int64
	// depth is the smallest distance from the leaf.
	depth int
	lines map[int64]int64
}

// frames is the stack of s, leaf first, with inlined calls.
func frames(s *profile.Sample) (stack []frame) {
	for _, l := range s.Location {
		stack = append(stack, locationFrames(l)...)
	}
	return stack
}

// withoutRuntime removes the runtime's frames, unless there are no others.
func withoutRuntime(stack []frame) []frame {
	isRuntime := func(f frame) bool { return inRuntime(f.name) }
	if !slices.ContainsFunc(stack, func(f frame) bool { return !isRuntime(f) }) {
		return stack
	}
	return slices.DeleteFunc(stack, isRuntime)
}

func addStack(sums map[function]*sum, stack []frame, value int64) {
	seen := make(map[function]bool, len(stack))
	for depth, f := range stack {
		if seen[f.function] {
			continue
		}
		seen[f.function] = true
		s := sums[f.function]
		if s == nil {
			s = &sum{depth: depth, lines: map[int64]int64{}}
			sums[f.function] = s
		}
		s.value += value
		s.depth = min(s.depth, depth)
		s.lines[f.line] += value
	}
}

func rank(sums map[function]*sum) []Entry {
	var entries []Entry
	for f, s := range sums {
		if s.value != 0 {
			entries = append(entries, Entry{Function: f.name, File: f.file, Line: s.line(), Value: s.value})
		}
	}
	slices.SortFunc(entries, func(a, b Entry) int {
		fa, fb := function{a.Function, a.File}, function{b.Function, b.File}
		return cmp.Or(
			cmp.Compare(magnitude(b.Value), magnitude(a.Value)),
			cmp.Compare(standard(fa), standard(fb)),
			cmp.Compare(sums[fa].depth, sums[fb].depth),
			cmp.Compare(fa.name, fb.name),
			cmp.Compare(fa.file, fb.file),
		)
	})
	return entries
}

// line is the line with the largest value; the first of equal ones.
func (s *sum) line() int64 {
	best, most := int64(0), uint64(0)
	for line, value := range s.lines {
		if m := magnitude(value); m > most || m == most && line < best {
			best, most = line, m
		}
	}
	return best
}

// magnitude is |v|. It is right for the smallest int64 too.
func magnitude(v int64) uint64 {
	if v < 0 {
		return -uint64(v)
	}
	return uint64(v)
}

// inRuntime says whether a function belongs to the runtime. Some are linked into
// other packages, as internal/poll.runtime_pollWait.
func inRuntime(name string) bool {
	pkg, rest := split(name)
	return pkg == "runtime" || strings.HasPrefix(pkg, "runtime/") ||
		strings.HasPrefix(pkg, "internal/runtime/") || strings.HasPrefix(rest, "runtime_")
}

// standard is 1 for a function of the standard library, else 0. The first element
// of its package path has no dot. Its file is in GOROOT/src, or with -trimpath
// under the package path. Some of the runtime's functions are linked into other packages,
// as time.newTimer.
func standard(f function) int {
	pkg, _ := split(f.name)
	first, _, _ := strings.Cut(pkg, "/")
	file := strings.ReplaceAll(f.file, `\`, "/")
	dir := file[:max(0, strings.LastIndex(file, "/"))]
	if strings.Contains(first, ".") || pkg == "" || pkg == "main" {
		return 0
	}
	if dir == pkg || strings.HasSuffix(dir, "/src/"+pkg) || dir == "runtime" || strings.HasSuffix(dir, "/src/runtime") {
		return 1
	}
	return 0
}

// split divides "path/pkg.(*T).Method" into package path and the rest.
func split(name string) (pkg, rest string) {
	head := name
	if i := strings.IndexAny(name, "[("); i >= 0 {
		head = name[:i]
	}
	slash := strings.LastIndex(head, "/") + 1
	dot := strings.Index(head[slash:], ".")
	if dot < 0 {
		return "", name
	}
	return name[:slash+dot], name[slash+dot+1:]
}
