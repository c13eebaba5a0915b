// Package attach watches running services through net/http/pprof and says which places
// in their code leak goroutines, memory or descriptors, how fast, and which are proven.
//
// Watch and ReadFolder measure and judge nothing; Judge judges and measures nothing.
// Nothing is installed in the service, and no profile stops it for longer than a
// millisecond for each thousand goroutines. It refuses to accuse what may be a queue, a
// pool or a rising load: see docs/attach.md.
package attach

import (
	"time"

	"github.com/watertight-go/watertight/internal/sites"
	"github.com/watertight-go/watertight/profiles"
)

// Kind is what grows.
type Kind string

const (
	// Goroutines are counted.
	Goroutines Kind = "goroutines"
	// Heap is memory in use, in bytes.
	Heap Kind = "heap"
	// Descriptors are open files and connections.
	Descriptors Kind = "descriptors"
)

// Site is the code that goroutines or memory belong to.
type Site = sites.Site

// Frame is a call in a stack.
type Frame = profiles.Frame

// Observation is what a watch saw.
type Observation struct {
	Began time.Time     `json:"began"`
	Took  time.Duration `json:"took"`
	// Asked is how long the watch was to take; zero for a folder.
	Asked     time.Duration `json:"asked,omitempty"`
	Instances []Instance    `json:"instances"`
	// Partial says why the watch ended early.
	Partial string `json:"partial,omitempty"`
}

// Instance is a process at one address, and those that replaced it there.
type Instance struct {
	// Name is the address without what may be secret.
	Name string `json:"name"`
	// Runs are the processes, one after another.
	Runs []Run `json:"runs"`
	// Counter is the name of the counter of requests; empty where none is known.
	Counter string `json:"counter,omitempty"`
	// Problems are sentences about what could not be read.
	Problems []string `json:"problems,omitempty"`
}

// Run is one process.
type Run struct {
	// Build is the build ID of the program; empty where it has none.
	Build      string  `json:"build,omitempty"`
	Goroutines Track   `json:"goroutines"`
	Heap       Track   `json:"heap"`
	Metrics    Metrics `json:"metrics"`
	// Foreign names a scheduler that is not Go's.
	Foreign string `json:"foreign,omitempty"`
	// First and Last are whole goroutine profiles, for flame graphs.
	First, Last *profiles.Profile `json:"-"`
	// Proof is what the profile of leaked goroutines says; nil where none was taken.
	Proof *Proof `json:"proof,omitempty"`
	// Creators are the go statements that were seen, by the first function of the goroutine.
	Creators map[string]Frame `json:"creators,omitempty"`

	allocated int64
}

// Track is a profile that was taken again and again.
type Track struct {
	// At are the times of the profiles since the beginning of the watch.
	At []time.Duration `json:"at"`
	// Unit is what one event adds: a goroutine, or the bytes between two samples.
	Unit   float64  `json:"unit,omitempty"`
	Series []Series `json:"series"`

	index map[string]int
	total []float64
}

// Series are the values of a site, with a value for each time of its track.
type Series struct {
	Key string `json:"key"`
	Site
	Values []float64     `json:"values"`
	Stacks []StackSeries `json:"stacks,omitempty"`

	index map[string]int
}

// StackSeries are the values of one stack of a site.
type StackSeries struct {
	Frames []Frame   `json:"frames"`
	Values []float64 `json:"values"`
}

// Metrics are the counters that were read. Values that were not told are missing in all.
type Metrics struct {
	At            []time.Duration `json:"at,omitempty"`
	Requests      []float64       `json:"requests,omitempty"`
	DescriptorsAt []time.Duration `json:"descriptorsAt,omitempty"`
	Descriptors   []float64       `json:"descriptors,omitempty"`
	started       float64
}

// Proof is a profile of the goroutines that nothing can wake.
type Proof struct {
	// Sites are the numbers of proven goroutines, by the key of the site.
	Sites []Proven `json:"sites,omitempty"`
	// Missing says why no profile was taken.
	Missing string `json:"missing,omitempty"`
}

// Proven are goroutines at a site that nothing can wake.
type Proven struct {
	Key string `json:"key"`
	Site
	Count  int64   `json:"count"`
	Frames []Frame `json:"frames"`
}

// The bounds of what is kept of a process.
const (
	mostSites  = 5000
	mostStacks = 100 // of a site
)

// add appends the groups of a profile to a track.
func (t *Track) add(at time.Duration, groups []sites.Group) {
	if t.index == nil {
		t.index = map[string]int{}
	}
	n := len(t.At)
	t.At = append(t.At, at)
	total := 0.0
	for _, g := range groups {
		total += g.Value
		i, known := t.index[g.Key]
		if !known {
			if len(t.Series) == mostSites {
				continue
			}
			i = len(t.Series)
			t.index[g.Key] = i
			t.Series = append(t.Series, Series{Key: g.Key, Site: g.Site, index: map[string]int{}})
		}
		t.Series[i].add(n, g)
	}
	t.total = append(t.total, total)
	for i := range t.Series {
		t.Series[i].fill(n + 1)
	}
}

// add sets the values of a site at the n-th time.
func (s *Series) add(n int, g sites.Group) {
	s.Site = g.Site
	s.Values = append(pad(s.Values, n), g.Value)
	for _, stack := range g.Stacks {
		i, known := s.index[stack.ID]
		if !known {
			if len(s.Stacks) == mostStacks {
				continue
			}
			i = len(s.Stacks)
			s.index[stack.ID] = i
			s.Stacks = append(s.Stacks, StackSeries{Frames: stack.Frames})
		}
		s.Stacks[i].Values = append(pad(s.Stacks[i].Values, n), stack.Value)
	}
}

// fill adds zeros where a site or a stack was not there.
func (s *Series) fill(n int) {
	s.Values = pad(s.Values, n)
	for i := range s.Stacks {
		s.Stacks[i].Values = pad(s.Stacks[i].Values, n)
	}
}

func pad(all []float64, n int) []float64 {
	for len(all) < n {
		all = append(all, 0)
	}
	return all
}
