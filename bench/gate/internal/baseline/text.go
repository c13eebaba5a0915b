package baseline

import (
	"bytes"
	"fmt"
	"strings"

	"golang.org/x/perf/benchfmt"

	"github.com/watertight-go/watertight/bench/gate/internal/format"
)

// SaveText writes Text to path.
func (f *File) SaveText(path string) error {
	data, err := f.Text()
	if err != nil {
		return err
	}
	return replace(path, data)
}

// Text is the costs and times in the Go benchmark format, which benchstat reads.
// The unit of time is the ratio to the floor.
func (f *File) Text() ([]byte, error) {
	var out bytes.Buffer
	w := benchfmt.NewWriter(&out)
	for _, s := range f.Sets {
		for _, r := range s.results() {
			if err := w.Write(r); err != nil {
				return nil, fmt.Errorf("gate: benchmark format: %w", err)
			}
		}
	}
	return out.Bytes(), nil
}

func (s Set) results() []*benchfmt.Result {
	var all []*benchfmt.Result
	for _, c := range s.Costs {
		r := s.result(fmt.Sprintf("Call/executor=%s/agents=%d", word(c.Executor), c.Agents))
		r.Values = []benchfmt.Value{
			{Value: c.Allocs, Unit: "allocs/op"}, {Value: c.AllocBytes, Unit: "B/op"},
			{Value: c.Goroutines, Unit: "goroutines-left/op"}, {Value: c.RetainedBytes, Unit: "B-left/op"},
		}
		if c.NoDescriptors == "" {
			r.Values = append(r.Values, benchfmt.Value{Value: c.Descriptors, Unit: "descriptors-left/op"})
		}
		all = append(all, r)
	}
	for _, t := range s.Times {
		for _, v := range t.Ratios {
			r := s.result(fmt.Sprintf("Call/executor=%s/agents=%d-%d", word(t.Executor), t.Agents, t.Procs))
			r.Values = []benchfmt.Value{{Value: v, Unit: "x-floor"}}
			all = append(all, r)
		}
	}
	return all
}

// result is a result of the set without values.
func (s Set) result(benchmark string) *benchfmt.Result {
	race := "off"
	if s.Race {
		race = "on"
	}
	r := &benchfmt.Result{Name: benchfmt.Name(benchmark), Iters: 1}
	for _, c := range [][2]string{{"goversion", s.Machine.Version}, {"goos", s.OS}, {"goarch", s.Arch}, {"race", race}, {"cpu", s.Machine.CPU}} {
		if value := format.Printable(c[1]); value != "" {
			r.SetConfig(c[0], value)
		}
	}
	for i := range r.Config {
		r.Config[i].File = true
	}
	return r
}

// word is an executor's name without spaces.
func word(name string) string { return strings.Join(strings.Fields(format.Printable(name)), "_") }
