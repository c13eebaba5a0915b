package reports

import (
	"fmt"
)

// Cost is what one executor costs for requests whose agents answer at once, and
// what such requests leave behind.
type Cost struct {
	Executor string `json:"executor"`
	// Agents is how many agents each request has.
	Agents int `json:"agents"`
	// Requests is how many the figures per request are from; 0 where they
	// could not be measured.
	Requests int `json:"requests"`
	// Allocs and AllocBytes are the heap allocations of one request.
	Allocs     float64 `json:"allocs"`
	AllocBytes float64 `json:"allocBytes"`
	// Goroutines, Descriptors and RetainedBytes (live heap) are what one request
	// leaves behind in most of several rounds. Warm-up rises in one round only and
	// does not count.
	Goroutines    float64 `json:"goroutines"`
	Descriptors   float64 `json:"descriptors"`
	RetainedBytes float64 `json:"retainedBytes"`
	// NoDescriptors says why Descriptors were not counted; empty where they were.
	NoDescriptors string `json:"noDescriptors,omitempty"`
	// Times are the times per request, measured in turns with those of Floor.
	Times []Timing `json:"times,omitempty"`
	// Trouble says why something is missing here; empty where nothing is.
	Trouble string `json:"trouble,omitempty"`
}

// Timing is one batch of samples of the time that a request takes. Sample i of
// Call and sample i of Floor were measured within some milliseconds of each
// other, so that their ratio can be compared between runs. The times themselves
// depend on the machine and its load.
type Timing struct {
	// Procs is GOMAXPROCS of the samples.
	Procs int `json:"procs"`
	// Batch is 0 for the first batch and 1 for the one that confirms it.
	Batch int `json:"batch"`
	// Shard is the part of a split run that took them; empty for a run in one.
	Shard string `json:"shard,omitempty"`
	// Call is nanoseconds per request through the executor, Floor those of a
	// WaitGroup.Go for each agent into a pre-sized slice.
	Call  []float64 `json:"callNs"`
	Floor []float64 `json:"floorNs"`
}

// Ratios are Call divided by Floor, sample by sample.
func (t Timing) Ratios() []float64 {
	ratios := make([]float64, min(len(t.Call), len(t.Floor)))
	for i := range ratios {
		ratios[i] = t.Call[i] / t.Floor[i]
	}
	return ratios
}

// checkBench wants each cost once, and samples in pairs.
func (r *Report) checkBench() error {
	type key struct {
		executor string
		agents   int
	}
	seen := map[key]bool{}
	for i, c := range r.Bench {
		k := key{c.Executor, c.Agents}
		if seen[k] {
			return fmt.Errorf("got bench[%d] (%s with %d agents) twice, want each once", i, quote(c.Executor), c.Agents)
		}
		seen[k] = true
		for j, t := range c.Times {
			if len(t.Call) != len(t.Floor) {
				return fmt.Errorf("got bench[%d].times[%d] with %d and %d samples, want them in pairs", i, j, len(t.Call), len(t.Floor))
			}
			if t.Batch != 0 && t.Batch != 1 {
				return fmt.Errorf("got bench[%d].times[%d] of batch %d, want 0 or 1", i, j, t.Batch)
			}
		}
	}
	return nil
}
