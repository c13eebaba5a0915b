package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/watertight-go/watertight/bench"
)

// jobs are the tables, in their order, with what a reader has to know.
var jobs = []struct{ name, title string }{
	{"instant", "Agents that answer at once: a call's time as a ratio to the floor's"},
	{"context", "Agents that look at their context, as clients do"},
	{"http", "Agents that send an HTTP request over loopback"},
	{"cancel", "From the caller's cancellation to the return, agents that obey their context"},
}

// markdown is the section's content.
func (r *results) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Measured %s: %v. Medians, with 95 %% intervals; n = 20 pairs of subject and floor\n"+
		"taken in turn, p < 0.001 (Mann-Whitney), where a cell does not say otherwise.\n", r.Measured.Format(time.DateOnly), r.Environment)
	r.ratios(&b, jobs[0].name, jobs[0].title)
	if r.Overshoot != nil {
		fmt.Fprintf(&b, "\nCallers of five agents that ignore their context (50 ms + 10 ms Grace), 100 at once:\n%v.\n", r.Overshoot)
	}
	// The first table answers most questions; the others would bury what follows.
	b.WriteString("\n<details><summary>Agents that look at their context, HTTP over loopback, cancellation, memory</summary>\n")
	for _, j := range jobs[1:] {
		r.ratios(&b, j.name, j.title)
	}
	r.memory(&b)
	b.WriteString("\n</details>\n")
	return b.String()
}

// ratios is a table of one job: a row a subject, a column a number of agents.
func (r *results) ratios(b *strings.Builder, job, title string) {
	var agents []int
	var names []string
	cells := map[string]map[int]*bench.Ratio{}
	for _, row := range r.Rows {
		if row.Job != job {
			continue
		}
		if !slices.Contains(agents, row.Agents) {
			agents = append(agents, row.Agents)
		}
		if cells[row.Subject] == nil {
			cells[row.Subject] = map[int]*bench.Ratio{}
			names = append(names, row.Subject)
		}
		cells[row.Subject][row.Agents] = row.Ratio
	}
	if len(names) == 0 {
		return
	}
	slices.Sort(agents)
	fmt.Fprintf(b, "\n%s:\n\n| agents |", title)
	for _, n := range agents {
		fmt.Fprintf(b, " %s |", thousands(n))
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(agents)) + "\n| floor |")
	for _, n := range agents {
		fmt.Fprintf(b, " %v |", floorTime(cells, names, n))
	}
	for _, name := range names {
		fmt.Fprintf(b, "\n| %s |", name)
		for _, n := range agents {
			fmt.Fprintf(b, " %s |", cell(cells[name][n]))
		}
	}
	b.WriteString("\n")
}

// cell says what the table's head does not say of a ratio.
func cell(x *bench.Ratio) string {
	if x == nil {
		return ""
	}
	s := fmt.Sprintf("**%.2f** [%.2f, %.2f]", x.Median, x.Lo, x.Hi)
	if x.N != 20 {
		s += fmt.Sprintf(" n=%d", x.N)
	}
	if x.P >= 0.001 {
		s += fmt.Sprintf(" p=%.3f", x.P)
	}
	return s
}

// floorTime is the median of the floors beside the subjects.
func floorTime(cells map[string]map[int]*bench.Ratio, names []string, n int) time.Duration {
	var floors []float64
	for _, name := range names {
		if x := cells[name][n]; x != nil {
			floors = append(floors, x.Floor)
		}
	}
	if len(floors) == 0 {
		return 0
	}
	slices.Sort(floors)
	d := time.Duration(floors[len(floors)/2])
	for unit := time.Second; unit >= time.Nanosecond; unit /= 1000 {
		if d >= unit {
			return d.Round(unit / 100)
		}
	}
	return d
}

func (r *results) memory(b *strings.Builder) {
	first := true
	for _, row := range r.Rows {
		if row.Job != "memory" {
			continue
		}
		if first {
			fmt.Fprintf(b, "\nHeap and stacks held by a call with %s blocked agents:\n\n| | bytes an agent |\n|---|---|\n", thousands(row.Agents))
			first = false
		}
		fmt.Fprintf(b, "| %s | %s |\n", row.Subject, thousands(int(row.Bytes)))
	}
}

func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s,%03d", thousands(n/1000), n%1000)
}

// between puts text between the markers of a README.
func between(readme, text string) (string, error) {
	const begin, end = "<!-- benchmarks: begin", "<!-- benchmarks: end"
	i := strings.Index(readme, begin)
	if i < 0 {
		return "", fmt.Errorf("got no line %q, want one before the table", begin)
	}
	i += strings.IndexByte(readme[i:]+"\n", '\n') + 1
	j := strings.Index(readme, end)
	if j < i {
		return "", fmt.Errorf("got no line %q, want one after the table", end)
	}
	return readme[:i] + text + readme[j:], nil
}
