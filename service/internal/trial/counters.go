package trial

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// Counters are the outcomes of one toy.
type Counters struct {
	Toy Toy
	// Runs are how many there were, Found how many named the guilty line, Accused how many
	// said something else, and Right how many were right in all.
	Runs, Found, Accused, Right int
	// Codes are how often each exit code was given, Others how often each thing was said
	// that is not true.
	Codes  map[int]int
	Others map[string]int
	// Took is the time of all runs, Longest that of the longest one.
	Took, Longest time.Duration
}

// Add counts one more run.
func (t *Counters) Add(o Outcome) {
	if t.Codes == nil {
		t.Codes, t.Others = map[int]int{}, map[string]int{}
	}
	t.Toy = o.Toy
	t.Runs++
	t.Codes[o.Code]++
	if o.Found {
		t.Found++
	}
	if len(o.Others) > 0 {
		t.Accused++
	}
	if o.Right() {
		t.Right++
	}
	for _, text := range o.Others {
		t.Others[text]++
	}
	t.Took += o.Took
	t.Longest = max(t.Longest, o.Took)
}

// Met reports whether every run was right.
func (t Counters) Met() bool { return t.Right == t.Runs }

// Write prints a table, and what was said that is not true.
func Write(w io.Writer, all []Counters) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "TOY\tRUNS\tFOUND AT ITS LINE\tACCUSED OF ANYTHING ELSE\tEXIT CODES\tMEAN TIME\tLONGEST\tBAR")
	for _, t := range all {
		found, bar := "-", "met"
		if t.Toy.Mark != "" {
			found = fmt.Sprint(t.Found)
		}
		if !t.Met() {
			bar = "MISSED"
		}
		mean := t.Took / time.Duration(max(t.Runs, 1))
		fmt.Fprintf(table, "%s\t%d\t%s\t%d\t%s\t%.1fs\t%.1fs\t%s\n", t.Toy.Name, t.Runs, found, t.Accused, codes(t.Codes), mean.Seconds(), t.Longest.Seconds(), bar)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, t := range all {
		for _, text := range slices.Sorted(maps.Keys(t.Others)) {
			fmt.Fprintf(w, "%s: said %d times: %s\n", t.Toy.Name, t.Others[text], text)
		}
	}
	return nil
}

// codes are exit codes with their numbers, as in "1 (19), 2 (1)".
func codes(all map[int]int) string {
	var parts []string
	for _, c := range slices.Sorted(maps.Keys(all)) {
		parts = append(parts, fmt.Sprintf("%d (%d)", c, all[c]))
	}
	return strings.Join(parts, ", ")
}
