package profiles

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/google/pprof/profile"
)

// Entry is a function of a profile with its cumulative value: of all samples in
// whose stacks it is, each counted once, however often the function is in it.
type Entry struct {
	Function string
	File     string
	// Line is the one in Function that most of Value passes through.
	Line  int64
	Value int64
}

// Top returns the functions with the largest cumulative values of the default
// sample type, negative ones by their magnitude, at most n of them; n of zero or
// below means all. Functions that come to zero are left out.
//
// Frames of the runtime are left out where a stack has others. Among equals, as
// the functions of one goroutine's stack are, those outside the standard
// library come first, and then the one nearest to the leaf: where it hangs.
func (p *Profile) Top(n int) []Entry {
	if p.isZero() {
		return nil
	}
	sums := map[function]*sum{}
	i := p.defaultType()
	for _, s := range p.proto.Sample {
		addStack(sums, interesting(frames(s)), s.Value[i])
	}
	ranked := rank(sums)
	if n > 0 && n < len(ranked) {
		ranked = ranked[:n]
	}
	return ranked
}

// function is what frames are added up by.
type function struct{ name, file string }

type frame struct {
	function
	line int64
}

// sum adds up the samples of one function.
type sum struct {
	value int64
	// depth is the least distance from the leaf.
	depth int
	lines map[int64]int64
}

// frames returns the stack of s, leaf first, inlined calls expanded. A location
// without symbols goes by its address.
func frames(s *profile.Sample) []frame {
	var stack []frame
	for _, l := range s.Location {
		for _, line := range l.Line {
			f := line.Function
			stack = append(stack, frame{function{cmp.Or(f.Name, f.SystemName, "?"), f.Filename}, line.Line})
		}
		if len(l.Line) == 0 {
			stack = append(stack, frame{function: function{name: fmt.Sprintf("%#x", l.Address)}})
		}
	}
	return stack
}

// interesting drops the runtime's frames, unless there are no others.
func interesting(stack []frame) []frame {
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

// line is the one with the most value, the first of several.
func (s *sum) line() int64 {
	best, most := int64(0), uint64(0)
	for line, value := range s.lines {
		if m := magnitude(value); m > most || m == most && line < best {
			best, most = line, m
		}
	}
	return best
}

// magnitude is |v|, for the least int64 too.
func magnitude(v int64) uint64 {
	if v < 0 {
		return -uint64(v)
	}
	return uint64(v)
}

// inRuntime also takes in what the runtime lends to other packages under their
// names, as internal/poll.runtime_pollWait.
func inRuntime(name string) bool {
	pkg, rest := split(name)
	return pkg == "runtime" || strings.HasPrefix(pkg, "runtime/") ||
		strings.HasPrefix(pkg, "internal/runtime/") || strings.HasPrefix(rest, "runtime_")
}

// standard is 1 for a function of the standard library, else 0. Its packages
// have no dot in their first element, and their files lie in GOROOT/src, or
// under the bare package path with -trimpath.
func standard(f function) int {
	pkg, _ := split(f.name)
	first, _, _ := strings.Cut(pkg, "/")
	file := strings.ReplaceAll(f.file, `\`, "/")
	dir := file[:max(0, strings.LastIndex(file, "/"))]
	if strings.Contains(first, ".") || pkg == "" || pkg == "main" {
		return 0
	}
	if dir == pkg || strings.HasSuffix(dir, "/src/"+pkg) {
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
