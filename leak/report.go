package leak

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/watertight-go/watertight/leak/internal/dump"
	"github.com/watertight-go/watertight/leak/internal/inspect"
	"github.com/watertight-go/watertight/leak/internal/process"
	"github.com/watertight-go/watertight/leak/internal/search"
	"github.com/watertight-go/watertight/leak/internal/words"
)

// Report says what Find found.
type Report struct {
	// Findings: the user's own code before that of libraries, then the surest class
	// first, then most goroutines.
	Findings []Finding `json:"findings,omitempty"`
	// Goroutines is the sum of the findings' counts: a lower bound where Unseen is not
	// zero.
	Goroutines int `json:"goroutines"`
	// Allowed are goroutines that were left and may stay.
	Allowed []Allowed `json:"allowed,omitempty"`
	// Processes are child processes that are left, AllowedProcesses those that may be.
	// Windows does not tell.
	Processes        []Process `json:"processes,omitempty"`
	AllowedProcesses []Allowed `json:"allowedProcesses,omitempty"`
	// Heap and Stacks are how many more bytes the heap and the stacks hold than at
	// the baseline, after collection. HeapMeasured says whether that was measured.
	Heap         int64 `json:"heapBytes"`
	Stacks       int64 `json:"stackBytes"`
	HeapMeasured bool  `json:"heapLooked"`
	// Descriptors is how many more are open than at the baseline.
	// DescriptorsMeasured says whether that was measured.
	Descriptors         int  `json:"descriptors"`
	DescriptorsMeasured bool `json:"descriptorsLooked"`
	// Settled is how long the search took, waiting for goroutines to end included.
	Settled time.Duration `json:"settledNs"`
	// Work is the part of Settled that was not spent waiting: dumps, collections,
	// reading.
	Work time.Duration `json:"workNs"`
	// ProofStatus says whether proof was possible, as in "goroutineleak profile" or
	// "not proven: this Go has no leak profile".
	ProofStatus string `json:"proof"`
	// ProofTime is how long the passes of the profile took together, ProofPasses
	// how many there were.
	ProofTime   time.Duration `json:"proofNs,omitempty"`
	ProofPasses int           `json:"proofPasses,omitempty"`
	// Unseen is how many goroutines did not fit into the largest dump: they are in
	// no finding.
	Unseen int `json:"unseen,omitempty"`
	// Warnings say what could not be seen.
	Warnings []string `json:"warnings,omitempty"`
}

// Allowed are goroutines that may stay, for one reason.
type Allowed struct {
	Reason string `json:"reason"`
	Count  int    `json:"count"`
}

// newReport turns the goroutines that a search has found into findings.
func newReport(found search.Result, o Options) Report {
	r := Report{
		Settled: found.Settled, Work: found.Work, Warnings: found.Warnings,
		ProofStatus: string(search.NotNeeded), ProofTime: found.ProofTime, ProofPasses: found.ProofPasses,
	}
	if found.Inspection == nil {
		return r
	}
	r.addFindings(found, o)
	if r.Goroutines > 0 || r.ProofPasses > 0 {
		r.ProofStatus = string(found.ProofStatus)
	}
	if found.Skipped > 0 {
		r.warn("%d records of the stack dump were not understood and not judged", found.Skipped)
	}
	if r.Unseen = found.Unseen; r.Unseen > 0 {
		r.warn("%d goroutines did not fit into a dump of %d bytes and were not judged", found.Unseen, dump.MaxLen)
	}
	if r.Goroutines > 0 && o.allowsByLabel() && !dump.LabelsPossible() {
		r.warn("Allow.Label matched nothing: this Go prints no labels in stack dumps, which Go does since 1.26")
	}
	return r
}

// addFindings sorts the groups of a search into findings and allowed goroutines.
func (r *Report) addFindings(found search.Result, o Options) {
	findings := map[string]*Finding{}
	allowed := map[string]int{}
	for _, g := range inspect.FoldConnections(found.Groups) {
		switch {
		case g.System || len(g.IDs) == 0:
		case g.Excused != "":
			allowed[g.Excused] += len(g.IDs)
		case !o.fails(Class(g.Class)):
			allowed["class "+string(g.Class)+" does not fail"] += len(g.IDs)
		default:
			f := newFinding(g)
			f.Hint = found.Hint(g)
			addFinding(findings, f)
			r.Goroutines += len(g.IDs)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(findings)) {
		r.Findings = append(r.Findings, *findings[key])
	}
	sortFindings(r.Findings)
	for _, reason := range slices.Sorted(maps.Keys(allowed)) {
		r.Allowed = append(r.Allowed, Allowed{Reason: reason, Count: allowed[reason]})
	}
}

// addFinding adds a finding to that of the same kind.
func addFinding(to map[string]*Finding, one Finding) {
	if f := to[one.Key()]; f != nil {
		f.Count += one.Count
		f.Connections += one.Connections
		f.Wait = max(f.Wait, one.Wait)
		return
	}
	to[one.Key()] = &one
}

// compareProcess measures the heap and the descriptors again.
func (r *Report) compareProcess(base *Snapshot, o Options) {
	if o.Heap && base.memory == nil {
		r.warn("heap not compared: the baseline was taken without it")
	} else if o.Heap {
		now := process.HeldMemory()
		r.Heap, r.Stacks, r.HeapMeasured = now.Heap-base.memory.Heap, now.Stacks-base.memory.Stacks, true
	}
	if !o.Descriptors {
		return
	}
	n, err := process.Descriptors()
	switch {
	case err != nil:
		r.warn("descriptors not compared: %v", err)
	case base.descriptors == nil:
		r.warn("descriptors not compared: the baseline was taken without them")
	default:
		r.Descriptors, r.DescriptorsMeasured = n-*base.descriptors, true
	}
}

func (r *Report) warn(format string, args ...any) {
	r.Warnings = append(r.Warnings, fmt.Sprintf(format, args...))
}

// worthLogging reports whether the report says more than that nothing was found.
func (r Report) worthLogging() bool {
	return r.HeapMeasured || r.DescriptorsMeasured || len(r.Warnings) > 0
}

// String is the report as a person reads it in a failing test.
func (r Report) String() string {
	var b strings.Builder
	b.WriteString(r.headline())
	b.WriteString(findingsText(r.Findings))
	for _, p := range r.Processes {
		b.WriteString("\n" + p.String())
	}
	for _, a := range r.AllowedProcesses {
		fmt.Fprintf(&b, "\n%s allowed: %s", words.ChildProcesses(a.Count), a.Reason)
	}
	for _, a := range r.Allowed {
		fmt.Fprintf(&b, "\n%s allowed: %s", words.Goroutines(a.Count), a.Reason)
	}
	if r.HeapMeasured {
		fmt.Fprintf(&b, "\nheap %+d bytes, stacks %+d bytes since the baseline", r.Heap, r.Stacks)
	}
	if r.DescriptorsMeasured {
		fmt.Fprintf(&b, "\ndescriptors %+d since the baseline", r.Descriptors)
	}
	for _, w := range r.Warnings {
		b.WriteString("\nwarning: " + w)
	}
	return b.String()
}

// headline is the first line: how many of which class, and how they were judged.
func (r Report) headline() string {
	if len(r.Findings) == 0 && len(r.Processes) > 0 {
		return r.processesLine()
	} else if len(r.Findings) == 0 {
		return fmt.Sprintf("no goroutines left behind (settled in %s)", words.Duration(r.Settled))
	}
	counts := map[Class]int{}
	for _, f := range r.Findings {
		counts[f.Class] += f.Count
	}
	var parts []string
	for _, c := range allClasses {
		if counts[c] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[c], c))
		}
	}
	least := ""
	if r.Unseen > 0 {
		least = "at least "
	}
	return fmt.Sprintf("%s%s left behind: %s (waited %s; proof: %s)",
		least, words.Goroutines(r.Goroutines), strings.Join(parts, ", "), words.Duration(r.Settled), r.ProofStatus)
}
