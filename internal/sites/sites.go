// Package sites groups the stacks of a profile by the code that they belong to.
//
// A goroutine profile at debug=0 holds no creation site. The outermost function of the
// user's own code stands for it: a function that a go statement starts, a closure whose
// name has the function that made it, or the handler of a request. Below a site there are
// the stacks, each by itself.
package sites

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/profiles"
)

// Owner says whose code a site is.
type Owner string

const (
	// Own is the code of the main module.
	Own Owner = "own"
	// Dependency is the code of another module.
	Dependency Owner = "dependency"
	// Standard is the standard library: no other code is in the stack.
	Standard Owner = "standard"
)

// Site is the code that goroutines or memory belong to.
type Site struct {
	Function string `json:"function"`
	File     string `json:"file,omitempty"`
	// Line is that of the call in Function, in the stack that is most frequent.
	Line  int64 `json:"line,omitempty"`
	Owner Owner `json:"owner"`
	// Cut: the outermost functions of the stacks are lost, so Function may have a caller.
	Cut bool `json:"cut,omitempty"`
}

// Stack is a stack at a site, with its value.
type Stack struct {
	// ID is the same for the same functions and lines.
	ID     string           `json:"id"`
	Frames []profiles.Frame `json:"frames"`
	Value  float64          `json:"-"`
}

// Group is a site with its stacks, those with the largest value first.
type Group struct {
	Site
	// Key is the same for a site in every profile of one program.
	Key    string
	Value  float64
	Stacks []Stack
}

// Goroutines groups a profile of goroutines. Samples without frames, which are
// goroutines that were just created, and the goroutines of package pprof are left out.
func Goroutines(p *profiles.Profile) []Group {
	var g grouper
	for _, s := range p.Samples() {
		if len(s.Stack) == 0 || serves(s.Stack) {
			continue
		}
		site := outermost(s)
		g.add(site.key(), site, s, float64(s.Values[len(s.Values)-1]))
	}
	return g.sorted()
}

// key is that of a site of goroutines.
func (s Site) key() string {
	return fmt.Sprintf("%s\x00%s\x00%t", withoutTypes(s.Function), s.File, s.Cut)
}

// withoutTypes is the name of a function as dumps of stacks have it: "pkg.hang[...]" for
// the "pkg.hang[go.shape.string]" of a profile.
func withoutTypes(function string) string {
	first, last := strings.IndexByte(function, '['), strings.LastIndexByte(function, ']')
	if first < 0 || last < first {
		return function
	}
	return function[:first] + "[...]" + function[last+1:]
}

// KeyOf is the key of the group that a goroutine belongs to, by its stack, leaf first.
func KeyOf(stack []profiles.Frame) string {
	if len(stack) == 0 {
		return ""
	}
	return outermost(profiles.Sample{Stack: stack, Cut: len(stack) >= profiles.MostFrames}).key()
}

// Heap groups a heap profile by the first line of the user's code, from the leaf: the
// one that allocates. Values are bytes in use.
func Heap(p *profiles.Profile) []Group { return byAllocation(p, "inuse_space") }

// Allocated is Heap for the bytes that were ever allocated.
func Allocated(p *profiles.Profile) []Group { return byAllocation(p, "alloc_space") }

func byAllocation(p *profiles.Profile, kind string) []Group {
	types, _ := p.Types()
	at := slices.IndexFunc(types, func(t profiles.ValueType) bool { return t.Type == kind })
	if at < 0 {
		return nil
	}
	var g grouper
	for _, s := range p.Samples() {
		if len(s.Stack) == 0 || s.Values[at] == 0 || serves(s.Stack) {
			continue
		}
		site := innermost(s)
		g.add(fmt.Sprintf("%s\x00%s\x00%d", site.Function, site.File, site.Line), site, s, float64(s.Values[at]))
	}
	return g.sorted()
}

// Foreign names a scheduler that is not Go's, of which a stack is seen: a profile of
// leaked goroutines must not be asked for there. It is empty where there is none.
func Foreign(p *profiles.Profile) string {
	for _, s := range p.Samples() {
		for _, f := range s.Stack {
			for _, foreign := range []string{"gvisor.dev/gvisor/", "gvisor/pkg/"} {
				if strings.Contains(f.Function, foreign) || strings.Contains(f.File, foreign) {
					return "gVisor"
				}
			}
		}
	}
	return ""
}

// serves reports whether a stack belongs to package pprof, which answers the poll.
func serves(stack []profiles.Frame) bool {
	return slices.ContainsFunc(stack, func(f profiles.Frame) bool {
		pkg := f.Package()
		return pkg == "net/http/pprof" || pkg == "runtime/pprof" && !strings.Contains(f.Function, ".Do")
	})
}

func ownerOf(f profiles.Frame) Owner {
	switch {
	case f.Standard():
		return Standard
	case f.Dependency():
		return Dependency
	}
	return Own
}

// outermost is the outermost frame of the user's own code; without one, of a dependency;
// without one, of all.
func outermost(s profiles.Sample) Site {
	best := s.Stack[len(s.Stack)-1]
	owner := Standard
	for _, f := range slices.Backward(s.Stack) {
		if o := ownerOf(f); rank(o) < rank(owner) {
			best, owner = f, o
		}
	}
	return Site{name(best), best.File, best.Line, owner, s.Cut}
}

func name(x profiles.Frame) string { return cmp.Or(x.Function, "?") }

// innermost is the frame of the user's own code that is nearest to the leaf.
func innermost(s profiles.Sample) Site {
	best, owner := s.Stack[0], Standard
	for _, f := range s.Stack {
		if o := ownerOf(f); rank(o) < rank(owner) {
			best, owner = f, o
		}
	}
	return Site{Function: name(best), File: best.File, Line: best.Line, Owner: owner}
}

func rank(o Owner) int { return slices.Index([]Owner{Own, Dependency, Standard}, o) }

// grouper collects stacks. Stacks that differ only in labels are one.
type grouper struct {
	groups map[string]*Group
	stacks map[string]*Stack
	order  map[string][]string
}

func (g *grouper) add(key string, site Site, s profiles.Sample, value float64) {
	if g.groups == nil {
		g.groups, g.stacks, g.order = map[string]*Group{}, map[string]*Stack{}, map[string][]string{}
	}
	if g.groups[key] == nil {
		g.groups[key] = &Group{Site: site, Key: key}
	}
	g.groups[key].Value += value
	id := stackID(s.Stack)
	if g.stacks[key+id] == nil {
		g.stacks[key+id] = &Stack{ID: id, Frames: s.Stack}
		g.order[key] = append(g.order[key], key+id)
	}
	g.stacks[key+id].Value += value
}

func (g *grouper) sorted() []Group {
	var all []Group
	for key, group := range g.groups {
		for _, k := range g.order[key] {
			group.Stacks = append(group.Stacks, *g.stacks[k])
		}
		slices.SortStableFunc(group.Stacks, func(a, b Stack) int { return cmp.Compare(b.Value, a.Value) })
		all = append(all, *group)
	}
	slices.SortFunc(all, func(a, b Group) int { return cmp.Or(cmp.Compare(b.Value, a.Value), cmp.Compare(a.Key, b.Key)) })
	return all
}

func stackID(stack []profiles.Frame) string {
	h := fnv.New64a()
	for _, f := range stack {
		fmt.Fprintf(h, "%s\x00%s\x00%d\x00", f.Function, f.File, f.Line)
	}
	return fmt.Sprintf("%016x", h.Sum64())
}
