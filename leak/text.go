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
		goroutines(r.Goroutines), strings.Join(parts, ", "), short(r.Settled), r.ProofStatus)
}

// String is the finding with its sample stack: the place of the go statement
// first, as editors read it.
func (f Finding) String() string {
	var b strings.Builder
	if f.CreatedBy != "" {
		fmt.Fprintf(&b, "%s:%d: ", f.File, f.Line)
	}
	fmt.Fprintf(&b, "%s, %s [%s", goroutines(f.Count), f.Class, f.State)
	if f.Wait > 0 {
		fmt.Fprintf(&b, ", %d minutes", int(f.Wait/time.Minute))
	}
	b.WriteString("]")
	if f.Function != "" {
		b.WriteString(", in " + f.Function)
	}
	if f.CreatedBy != "" {
		b.WriteString("\n    created by " + f.CreatedBy)
	}
	if f.Runs != "" {
		fmt.Fprintf(&b, "\n    running %s at %s:%d", f.Runs, f.RunsFile, f.RunsLine)
	}
	for _, k := range slices.Sorted(maps.Keys(f.Labels)) {
		fmt.Fprintf(&b, "\n    label %s: %s", k, f.Labels[k])
	}
	if f.Stack != "" {
		b.WriteString("\n    one of them:")
		for _, line := range trimStack(f.Stack) {
			b.WriteString("\n        " + line)
		}
	}
	return b.String()
}

// Of a stack longer than framesShown, its ends are shown.
const (
	framesShown = 14
	innerShown  = 9
)

// trimStack is a stack as a person wants it: without arguments and offsets, and
// of a long one the two ends. A frame has two lines, the goroutine's header one.
func trimStack(text string) []string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if place, ok := strings.CutPrefix(line, "\t"); ok {
			place, _, _ = strings.Cut(place, " +0x")
			lines[i] = "    " + place
		} else if open := strings.LastIndexByte(line, '('); i > 0 && open > 0 && strings.HasSuffix(line, ")") && !strings.HasPrefix(line, "created by ") {
			lines[i] = line[:open]
		}
	}
	if most := 1 + 2*framesShown; len(lines) > most {
		head, tail := 1+2*innerShown, 2*(framesShown-innerShown)
		elided := fmt.Sprintf("... %d frames ...", (len(lines)-head-tail)/2)
		lines = append(append(slices.Clone(lines[:head]), elided), lines[len(lines)-tail:]...)
	}
	return lines
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
