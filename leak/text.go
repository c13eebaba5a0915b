package leak

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// String is the report as a person reads it in a failing test.
func (r Report) String() string {
	var b strings.Builder
	b.WriteString(r.headline())
	for _, f := range r.Findings {
		b.WriteString("\n" + f.String())
	}
	for _, a := range r.Allowed {
		fmt.Fprintf(&b, "\n%s allowed: %s", goroutines(a.Count), a.Reason)
	}
	if r.HeapLooked {
		fmt.Fprintf(&b, "\nheap %+d bytes, stacks %+d bytes since the baseline", r.Heap, r.Stacks)
	}
	if r.DescriptorsLooked {
		fmt.Fprintf(&b, "\ndescriptors %+d since the baseline", r.Descriptors)
	}
	for _, w := range r.Warnings {
		b.WriteString("\nwarning: " + w)
	}
	return b.String()
}

// headline is the first line: how many of which class, and how they were judged.
func (r Report) headline() string {
	if len(r.Findings) == 0 {
		return fmt.Sprintf("no goroutines left behind (settled in %s)", short(r.Settled))
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
	return fmt.Sprintf("%s left behind: %s (waited %s; proof: %s)",
		goroutines(r.Goroutines), strings.Join(parts, ", "), short(r.Settled), r.Proof)
}

// String is the finding with its sample stack.
func (f Finding) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s [%s", f.Class, goroutines(f.Count), f.State)
	if f.Wait > 0 {
		fmt.Fprintf(&b, ", %d minutes", int(f.Wait/time.Minute))
	}
	b.WriteString("]")
	if f.Function != "" {
		b.WriteString(" in " + f.Function)
	}
	if f.CreatedBy != "" {
		fmt.Fprintf(&b, "\n    created by %s at %s:%d", f.CreatedBy, f.File, f.Line)
	}
	for _, k := range slices.Sorted(maps.Keys(f.Labels)) {
		fmt.Fprintf(&b, "\n    label %s: %s", k, f.Labels[k])
	}
	if f.Stack != "" {
		b.WriteString("\n    one of them:\n        " + strings.ReplaceAll(f.Stack, "\n", "\n        "))
	}
	return b.String()
}

func goroutines(n int) string {
	if n == 1 {
		return "1 goroutine"
	}
	return fmt.Sprintf("%d goroutines", n)
}

// short rounds to three digits or so.
func short(d time.Duration) string {
	switch {
	case d > time.Second:
		return d.Round(10 * time.Millisecond).String()
	case d > time.Millisecond:
		return d.Round(10 * time.Microsecond).String()
	}
	return d.String()
}
