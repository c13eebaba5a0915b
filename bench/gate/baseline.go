package gate

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios"
)

// Schema is the version of Baseline's JSON form. A reader refuses others.
const Schema = "watertight.baseline/1"

// Baseline is what was accepted: one set of rows for each kind of build, whose
// figures cannot be held against each other.
type Baseline struct {
	Sets []Set
}

// Key is the kind of build that a set's rows are of.
type Key struct {
	// Go is the minor version, as in "1.27".
	Go   string `json:"go"`
	OS   string `json:"os"`
	Arch string `json:"arch"`
	Race bool   `json:"race"`
}

// plain is the key of the same build without the race detector.
func (k Key) plain() Key {
	k.Race = false
	return k
}

// String is the key in words, as in "go1.27 linux/amd64 with -race".
func (k Key) String() string {
	s := fmt.Sprintf("go%s %s/%s", printable(k.Go), printable(k.OS), printable(k.Arch))
	if k.Race {
		s += " with -race"
	}
	return s
}

// Set is the rows of one Key.
type Set struct {
	Key
	Machine Machine
	Cells   []CellRow
	Costs   []CostRow
	Times   []TimeRow
}

// Machine is where a set was measured. Its Time rows are held to the tighter
// threshold only on a machine with the same CPU and Cores.
type Machine struct {
	Version string `json:"version"`
	CPU     string `json:"cpu"`
	Cores   int    `json:"cores"`
	Tool    string `json:"tool"`
	Day     string `json:"day"`
}

// CellRow is an executor's cell: its verdicts, and what it left behind.
type CellRow struct {
	Executor string                               `json:"executor"`
	Scenario string                               `json:"scenario"`
	Clauses  map[executor.Clause]scenarios.Status `json:"clauses"`
	// Looked is false where leftovers were not looked at, as where the process died.
	Looked bool `json:"looked"`
	// Left are goroutines in no agent when the calls were over, Released those
	// left when all agents had let go, Descriptors the open ones then.
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

// TimeRow is the samples of the time of one request, as ratios to the floor.
type TimeRow struct {
	Executor string    `json:"executor"`
	Agents   int       `json:"agents"`
	Procs    int       `json:"procs"`
	Ratios   []float64 `json:"ratios"`
}

// Put replaces the sets of the same keys and keeps the others.
func (b *Baseline) Put(sets ...Set) {
	for _, s := range sets {
		b.Sets = slices.DeleteFunc(b.Sets, func(old Set) bool { return old.Key == s.Key })
		s.sort()
		b.Sets = append(b.Sets, s)
	}
	slices.SortFunc(b.Sets, func(x, y Set) int { return strings.Compare(x.String(), y.String()) })
}

// Executors are those that the baseline has rows of.
func (b *Baseline) Executors() []string {
	names := map[string]bool{}
	for _, s := range b.Sets {
		for _, c := range s.Cells {
			names[c.Executor] = true
		}
		for _, c := range s.Costs {
			names[c.Executor] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// find is the set of a key.
func (b *Baseline) find(k Key) (Set, bool) {
	i := slices.IndexFunc(b.Sets, func(s Set) bool { return s.Key == k })
	if i < 0 {
		return Set{}, false
	}
	return b.Sets[i], true
}

// keys are those that the baseline has, in words.
func (b *Baseline) keys() string {
	var all []string
	for _, s := range b.Sets {
		all = append(all, s.String())
	}
	return strings.Join(all, ", ")
}

// Encode is the file's text: sorted, each row on a line of its own, so that a
// diff shows what changed.
func (b *Baseline) Encode() ([]byte, error) {
	var out bytes.Buffer
	fmt.Fprintf(&out, "{\n\"schema\": %q,\n\"sets\": [", Schema)
	for i, s := range b.Sets {
		if i > 0 {
			out.WriteString(",")
		}
		if err := s.encode(&out); err != nil {
			return nil, fmt.Errorf("gate: baseline: %w", err)
		}
	}
	out.WriteString("\n]\n}\n")
	return out.Bytes(), nil
}

func (s Set) encode(out *bytes.Buffer) error {
	var errs []error
	line := func(v any) string {
		data, err := json.Marshal(v)
		errs = append(errs, err)
		return string(data)
	}
	fmt.Fprintf(out, "\n{\n\"key\": %s,\n\"machine\": %s", line(s.Key), line(s.Machine))
	list := func(name string, n int, row func(int) any) {
		fmt.Fprintf(out, ",\n%q: [", name)
		for i := range n {
			if i > 0 {
				out.WriteString(",")
			}
			out.WriteString("\n" + line(row(i)))
		}
		out.WriteString("\n]")
	}
	list("cells", len(s.Cells), func(i int) any { return s.Cells[i] })
	list("costs", len(s.Costs), func(i int) any { return s.Costs[i] })
	list("times", len(s.Times), func(i int) any { return s.Times[i] })
	out.WriteString("\n}")
	return errors.Join(errs...)
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

// Save writes the baseline to path. A reader finds the old file or the new one.
func (b *Baseline) Save(path string) error {
	data, err := b.Encode()
	if err != nil {
		return err
	}
	return replace(path, data)
}

func replace(path string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".tmp-")
	if err != nil {
		return fmt.Errorf("gate: write %q: want a folder that can be written: %w", path, err)
	}
	defer os.Remove(f.Name()) // gone already where the rename succeeded
	_, err = f.Write(data)
	if err := errors.Join(err, f.Chmod(0o644), f.Close()); err != nil {
		return fmt.Errorf("gate: write %q: %w", path, err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return fmt.Errorf("gate: write %q: %w", path, err)
	}
	return nil
}

const remedy = "write one with `stress baseline -o FILE`"

// Load reads a baseline that Save wrote, or says in one sentence why it is none.
func Load(path string) (*Baseline, error) {
	data, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("gate: baseline: got no file %q, want one; %s", path, remedy)
	case err != nil:
		return nil, fmt.Errorf("gate: baseline: %w", err)
	}
	b, err := Decode(data)
	if err != nil {
		return nil, fmt.Errorf("gate: baseline %q: %w; %s", path, err, remedy)
	}
	return b, nil
}
