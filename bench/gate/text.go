package gate

import (
	"bytes"
	"fmt"
	"strings"

	"golang.org/x/perf/benchfmt"
)

// Text is the costs and times of the baseline in the Go benchmark format, so
// that benchstat reads it. The unit of time is the ratio to the floor.
func (b *Baseline) Text() ([]byte, error) {
	var out bytes.Buffer
	w := benchfmt.NewWriter(&out)
	for _, s := range b.Sets {
		race := "off"
		if s.Race {
			race = "on"
		}
		for _, c := range s.Costs {
			r := s.result(race, fmt.Sprintf("Call/executor=%s/agents=%d", name(c.Executor), c.Agents))
			r.Values = []benchfmt.Value{
				{Value: c.Allocs, Unit: "allocs/op"}, {Value: c.AllocBytes, Unit: "B/op"},
				{Value: c.Goroutines, Unit: "goroutines-left/op"}, {Value: c.RetainedBytes, Unit: "B-left/op"},
			}
			if c.NoDescriptors == "" {
				r.Values = append(r.Values, benchfmt.Value{Value: c.Descriptors, Unit: "descriptors-left/op"})
			}
			if err := w.Write(r); err != nil {
				return nil, fmt.Errorf("gate: benchfmt: %w", err)
			}
		}
		for _, t := range s.Times {
			r := s.result(race, fmt.Sprintf("Call/executor=%s/agents=%d-%d", name(t.Executor), t.Agents, t.Procs))
			for _, v := range t.Ratios {
				r.Values = []benchfmt.Value{{Value: v, Unit: "x-floor"}}
				if err := w.Write(r); err != nil {
					return nil, fmt.Errorf("gate: benchfmt: %w", err)
				}
			}
		}
	}
	return out.Bytes(), nil
}

func (s Set) result(race, benchmark string) *benchfmt.Result {
	r := &benchfmt.Result{Name: benchfmt.Name(benchmark), Iters: 1}
	for _, c := range [][2]string{{"goversion", s.Machine.Version}, {"goos", s.OS}, {"goarch", s.Arch}, {"race", race}, {"cpu", s.Machine.CPU}} {
		if value := printable(c[1]); value != "" {
			r.SetConfig(c[0], value)
		}
	}
	for i := range r.Config {
		r.Config[i].File = true
	}
	return r
}

// name is an executor's name as one word.
func name(s string) string { return strings.Join(strings.Fields(printable(s)), "_") }

// SaveText writes Text to path.
func (b *Baseline) SaveText(path string) error {
	data, err := b.Text()
	if err != nil {
		return err
	}
	return replace(path, data)
}
