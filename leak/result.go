package leak

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/leak/internal/stack"
)

// report turns the last look into findings.
func (f *finder) report(l *look) Report {
	r := Report{ProofStatus: f.prover.words, ProofTime: f.prover.total, ProofPasses: f.prover.passes, Warnings: f.warned}
	if l == nil {
		r.ProofStatus = proofNothing
		return r
	}
	found := map[string]*Finding{}
	allowed := map[string]int{}
	for _, g := range l.order {
		switch {
		case g.system || len(g.ids) == 0:
		case g.excused != "":
			allowed[g.excused] += len(g.ids)
		case !f.opts.fails(g.class):
			allowed["class "+string(g.class)+" does not fail"] += len(g.ids)
		default:
			g.addTo(found)
			r.Goroutines += len(g.ids)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(found)) {
		r.Findings = append(r.Findings, *found[key])
	}
	slices.SortStableFunc(r.Findings, func(a, b Finding) int { return cmp.Compare(b.Count, a.Count) })
	for _, reason := range slices.Sorted(maps.Keys(allowed)) {
		r.Allowed = append(r.Allowed, Allowed{Reason: reason, Count: allowed[reason]})
	}
	if r.Goroutines == 0 && f.prover.passes == 0 {
		r.ProofStatus = proofNothing
	}
	if l.skipped > 0 {
		r.Warnings = append(r.Warnings, fmt.Sprintf("%d records of the stack dump were not understood and not judged", l.skipped))
	}
	if l.unseen > 0 {
		r.Warnings = append(r.Warnings, fmt.Sprintf("%d goroutines did not fit into a dump of %d bytes and were not judged", l.unseen, dumpCap))
	}
	return r
}

// addTo adds the group to the finding that it belongs to.
func (g *group) addTo(found map[string]*Finding) {
	one := Finding{
		Class: g.class, Count: len(g.ids), State: g.header.State, Wait: g.header.Wait,
		Function: topOfInterest(g.trace), Entry: entry(g.trace),
		CreatedBy: g.trace.Created.Func, File: g.trace.Created.File, Line: g.trace.Created.Line,
		Stack: g.sample,
	}
	if f, ok := runs(g.trace); ok {
		one.Runs, one.RunsFile, one.RunsLine = f.Func, f.File, f.Line
	}
	for _, l := range g.header.Labels {
		if one.Labels == nil {
			one.Labels = map[string]string{}
		}
		one.Labels[l.Key] = l.Value
	}
	if f := found[one.Key()]; f != nil {
		f.Count += one.Count
		f.Wait = max(f.Wait, one.Wait)
		return
	}
	found[one.Key()] = &one
}

// Key is the same for two findings that are of one kind: class, state, function,
// creation site, what was handed to it, and labels.
func (f Finding) Key() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s|%s|%s|%s|%s:%d|%s", f.Class, f.State, f.Function, f.CreatedBy, f.File, f.Line, f.Runs)
	for _, k := range slices.Sorted(maps.Keys(f.Labels)) {
		fmt.Fprintf(&b, "|%q=%q", k, f.Labels[k])
	}
	return b.String()
}

// ErrLeak is the error that Report.Err returns wrapped.
var ErrLeak = errors.New("something is left behind")

// Err is nil where no goroutine was found, and otherwise an error that has the
// report as its text and satisfies errors.Is(err, ErrLeak). Heap and
// descriptors make no error: in one look they may be warm-up.
func (r Report) Err() error {
	if len(r.Findings) == 0 {
		return nil
	}
	return leakError{r}
}

type leakError struct{ report Report }

func (e leakError) Error() string { return "leak: " + e.report.String() }
func (e leakError) Unwrap() error { return ErrLeak }

// runs is the outermost function that the library with the go statement was
// given to run, where it is a library that has it.
func runs(t stack.Trace) (stack.Frame, bool) {
	library := importPath(t.Created.Func)
	if !inStandard(t.Created.Func) && !inModuleCache(t.Created.File) || importPath(entry(t)) != library {
		return stack.Frame{}, false
	}
	for _, f := range slices.Backward(t.Frames) {
		if !inStandard(f.Func) && importPath(f.Func) != library {
			return f, true
		}
	}
	return stack.Frame{}, false
}

// inModuleCache reports whether a source file is a dependency's: in the module
// cache, vendored, or with the version that -trimpath leaves.
func inModuleCache(file string) bool {
	return strings.Contains(file, "/pkg/mod/") || strings.Contains(file, "/vendor/") || strings.Contains(file, "@v")
}

// topOfInterest is the innermost function that is not the standard library's,
// or else the innermost that is not a detail of waiting.
func topOfInterest(t stack.Trace) string {
	for _, f := range t.Frames {
		if !inStandard(f.Func) {
			return f.Func
		}
	}
	for _, f := range t.Frames {
		if !hasAnyPrefix(f.Func, plumbing) {
			return f.Func
		}
	}
	if len(t.Frames) > 0 {
		return t.Frames[0].Func
	}
	return ""
}

// plumbing are the packages in which goroutines stand while they wait.
var plumbing = []string{
	"runtime.", "runtime/", "internal/", "sync.", "syscall.", "time.", "net.", "bufio.", "io.", "os.", "crypto/", "context.",
}

// standard are the first elements of the standard library's import paths. Only
// a first element without a dot can be one.
var standard = func() map[string]bool {
	set := map[string]bool{}
	for _, name := range strings.Fields(`archive bufio bytes cmp compress container context crypto database debug embed
		encoding errors expvar fmt go hash html image index internal io iter log maps math mime net os path plugin reflect
		regexp runtime slices sort strconv strings structs sync syscall testing text time unicode unique unsafe vendor weak`) {
		set[name] = true
	}
	return set
}()

func inStandard(function string) bool {
	first, _, _ := strings.Cut(importPath(function), "/")
	return standard[first]
}

// importPath is the package of "net/http.(*conn).serve", "slices.Sort[...]" or
// "net.example/x.F": it ends at the first dot behind the last slash.
func importPath(function string) string {
	path := function
	if i := strings.IndexAny(path, "[("); i >= 0 {
		path = path[:i]
	}
	slash := strings.LastIndexByte(path, '/') + 1
	if dot := strings.IndexByte(path[slash:], '.'); dot >= 0 {
		return path[:slash+dot]
	}
	return path
}
