package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/watertight-go/watertight/bench"
)

// jobs are the jobs with a table of ratios, in the order of the tables.
var jobs = []struct{ name, title string }{
	{"instant", "Agents that answer at once: the time of a call as a ratio to the floor"},
	{"context", "Agents that check their context, as clients do"},
	{"http", "Agents that send an HTTP request over loopback"},
	{"cancel", "From the caller's cancellation to the return of the call; the agents honour their context"},
}

// markdown is the text between the markers of the document.
func (r *results) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Measured %s: %v. Medians with 95 %% intervals. Unless a cell says\n"+
		"otherwise: n = 20 pairs of subject and floor, measured in turn, p < 0.001 (Mann-Whitney).\n", r.Measured.Format(time.DateOnly), r.Environment)
	r.ratios(&b, jobs[0].name, jobs[0].title)
	if r.Overshoot != nil {
		fmt.Fprintf(&b, "\nCalls with five agents that ignore their context, 100 at the same time; the bound is 50 ms + 10 ms Grace:\n%v.\n", r.Overshoot)
	}
	// The first table answers most questions, so the others are folded.
	b.WriteString("\n<details><summary>Agents that check their context, HTTP over loopback, cancellation, memory</summary>\n")
	for _, j := range jobs[1:] {
		r.ratios(&b, j.name, j.title)
	}
	r.memory(&b)
	b.WriteString("\n</details>\n")
	return b.String()
}

// ratios writes the table of one job. It has a row for each subject and a column for
// each number of agents.
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

// cell is a ratio, with n and p if they are not those in the text above the tables.
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

// floorTime is the median of the floor's times beside all subjects.
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

// memory writes the table of bytes.
func (r *results) memory(b *strings.Builder) {
	first := true
	for _, row := range r.Rows {
		if row.Job != "memory" {
			continue
		}
		if first {
			fmt.Fprintf(b, "\nHeap and stacks that a call with %s blocked agents holds:\n\n| | bytes for each agent |\n|---|---|\n", thousands(row.Agents))
			first = false
		}
		fmt.Fprintf(b, "| %s | %s |\n", row.Subject, thousands(int(row.Bytes)))
	}
}

// thousands is n with a comma between thousands.
func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s,%03d", thousands(n/1000), n%1000)
}

// between replaces what is between the markers of a document.
func between(document, text string) (string, error) {
	const begin, end = "<!-- benchmarks: begin", "<!-- benchmarks: end"
	i := strings.Index(document, begin)
	if i < 0 {
		return "", fmt.Errorf("no line begins with %q: add one before the table", begin)
	}
	i += strings.IndexByte(document[i:]+"\n", '\n') + 1
	j := strings.Index(document, end)
	if j < i {
		return "", fmt.Errorf("no line begins with %q after the first marker: add one after the table", end)
	}
	return document[:i] + text + document[j:], nil
}
