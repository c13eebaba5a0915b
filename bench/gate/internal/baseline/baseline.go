// Package baseline is the file of accepted rows that a gate compares with: its
// types, how they are made from a report, and how they are stored.
package baseline

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/bench/gate/internal/format"
	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios"
)

// File is the accepted rows. There is one set for each kind of build, because
// the figures of different builds cannot be compared.
type File struct {
	Sets []Set
}

// Set is the rows of one kind of build.
type Set struct {
	Key
	Machine Machine
	Cells   []CellRow
	Costs   []CostRow
	Times   []TimeRow
}

// Key is a kind of build.
type Key struct {
	// Go is the minor version, as in "1.27".
	Go   string `json:"go"`
	OS   string `json:"os"`
	Arch string `json:"arch"`
	Race bool   `json:"race"`
}

// Machine is where a set was measured.
type Machine struct {
	Version string `json:"version"`
	CPU     string `json:"cpu"`
	Cores   int    `json:"cores"`
	Tool    string `json:"tool"`
	Day     string `json:"day"`
}

// CellRow is one executor in one scenario.
type CellRow struct {
	Executor string                               `json:"executor"`
	Scenario string                               `json:"scenario"`
	Clauses  map[executor.Clause]scenarios.Status `json:"clauses"`
	// Inspected is false if leftovers could not be checked, as after the death of
	// the process.
	Inspected bool `json:"looked"`
	// Left are the goroutines outside of agents when the calls had returned.
	// Released are those that were left when all agents had been released.
	// Descriptors are those that were open then.
	Left        int `json:"left"`
	Released    int `json:"released"`
	Descriptors int `json:"descriptors"`
}

// CostRow is what one request allocates and leaves behind; see reports.Cost.
type CostRow struct {
	Executor      string  `json:"executor"`
	Agents        int     `json:"agents"`
	Allocs        float64 `json:"allocs"`
	AllocBytes    float64 `json:"allocBytes"`
	Goroutines    float64 `json:"goroutines"`
	Descriptors   float64 `json:"descriptors"`
	RetainedBytes float64 `json:"retainedBytes"`
	NoDescriptors string  `json:"noDescriptors,omitempty"`
}

// TimeRow is the times of one request, as ratios to the floor.
type TimeRow struct {
	Executor string    `json:"executor"`
	Agents   int       `json:"agents"`
	Procs    int       `json:"procs"`
	Ratios   []float64 `json:"ratios"`
}

// Put replaces the sets of the same keys and keeps the others.
func (f *File) Put(sets ...Set) {
	for _, s := range sets {
		f.Sets = slices.DeleteFunc(f.Sets, func(old Set) bool { return old.Key == s.Key })
		s.sort()
		f.Sets = append(f.Sets, s)
	}
	slices.SortFunc(f.Sets, func(x, y Set) int { return strings.Compare(x.String(), y.String()) })
}

func (s Set) sort() {
	slices.SortFunc(s.Cells, func(a, b CellRow) int {
		return cmp.Or(strings.Compare(a.Executor, b.Executor), strings.Compare(a.Scenario, b.Scenario))
	})
	slices.SortFunc(s.Costs, func(a, b CostRow) int {
		return cmp.Or(strings.Compare(a.Executor, b.Executor), cmp.Compare(a.Agents, b.Agents))
	})
	slices.SortFunc(s.Times, func(a, b TimeRow) int {
		return cmp.Or(strings.Compare(a.Executor, b.Executor), cmp.Compare(a.Agents, b.Agents), cmp.Compare(a.Procs, b.Procs))
	})
}

// Find is the set of a key.
func (f *File) Find(k Key) (Set, bool) {
	i := slices.IndexFunc(f.Sets, func(s Set) bool { return s.Key == k })
	if i < 0 {
		return Set{}, false
	}
	return f.Sets[i], true
}

// Keys are the keys of all sets, for a message.
func (f *File) Keys() string {
	var all []string
	for _, s := range f.Sets {
		all = append(all, s.String())
	}
	return strings.Join(all, ", ")
}

// Executors are the executors that have rows, sorted.
func (f *File) Executors() []string {
	names := map[string]bool{}
	for _, s := range f.Sets {
		for _, c := range s.Cells {
			names[c.Executor] = true
		}
		for _, c := range s.Costs {
			names[c.Executor] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// String is the key as in "go1.27 linux/amd64 with -race".
func (k Key) String() string {
	s := fmt.Sprintf("go%s %s/%s", format.Printable(k.Go), format.Printable(k.OS), format.Printable(k.Arch))
	if k.Race {
		s += " with -race"
	}
	return s
}

// Name is the name of the row in results and waivers.
func (c CellRow) Name() string { return c.Executor + "/" + c.Scenario }

// Name is the name of the row in results and waivers.
func (c CostRow) Name() string { return fmt.Sprintf("%s/agents=%d", c.Executor, c.Agents) }

// Name is the name of the row in results and waivers.
func (t TimeRow) Name() string {
	return fmt.Sprintf("%s/agents=%d/procs=%d/time", t.Executor, t.Agents, t.Procs)
}

// ExecutorName is the executor that the row is of.
func (c CellRow) ExecutorName() string { return c.Executor }

// ExecutorName is the executor that the row is of.
func (c CostRow) ExecutorName() string { return c.Executor }

// ExecutorName is the executor that the row is of.
func (t TimeRow) ExecutorName() string { return t.Executor }
