// Package trial runs the services of package toys, whose faults are known, as `stress
// service` does, and says how often the answer is right.
package trial

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"time"

	"github.com/watertight-go/watertight/service"
	"github.com/watertight-go/watertight/service/load"
)

// folder is that of the toys, in the repository.
const folder = "service/internal/toys"

// Toy is a service with one fault, or with none.
type Toy struct {
	Name string
	// Mark is the name in the comment on the guilty line; empty for an innocent.
	Mark string
	// fault is the name that the toy is started with, header what its clients send.
	fault  string
	header map[string][]string
}

// Toys are the guilty ones, then the innocents.
func Toys() []Toy {
	var all []Toy
	for _, name := range []string{"body", "ticker", "map", "sse", "fifty", "fifty-by-chance", "fd"} {
		all = append(all, Toy{Name: name, fault: name, Mark: name})
	}
	all[5].Mark = "fifty"
	for _, name := range []string{"healthy", "healthy-slow", "retry"} {
		all = append(all, Toy{Name: name, fault: name})
	}
	return append(all, Toy{Name: "healthy-events", fault: "healthy", header: map[string][]string{"Accept": {"text/event-stream"}}})
}

// Spec says how a toy is run.
type Spec struct {
	// Dir is the folder of the repository.
	Dir string
	// Each, Settle and Rate are those of service.Options.
	Each, Settle time.Duration
	Rate         float64
	// Progress gets what a run says of itself.
	Progress io.Writer
}

// Outcome is what one run said of a toy.
type Outcome struct {
	Toy  Toy
	Code int
	// Found: the guilty line was named. Others are findings at other places, and failing
	// measures of an innocent.
	Found  bool
	Others []string
	Took   time.Duration
	Seen   service.Observation
}

// Right reports whether a run said what is true and nothing else.
func (o Outcome) Right() bool {
	if o.Toy.Mark == "" {
		return o.Code == 0 && len(o.Others) == 0
	}
	return o.Code == 1 && o.Found && len(o.Others) == 0
}

// Run runs a toy once.
func Run(ctx context.Context, s Spec, t Toy) (Outcome, error) {
	marks, err := Marks(filepath.Join(s.Dir, folder))
	if err != nil {
		return Outcome{}, err
	}
	began := time.Now()
	seen, err := service.Run(ctx, s.options(t), s.Progress)
	if err != nil {
		return Outcome{}, err
	}
	if seen.Partial != "" {
		return Outcome{}, fmt.Errorf("%s: %s", t.Name, seen.Partial)
	}
	o := Score(t, marks, service.Judge(seen))
	o.Took, o.Seen = time.Since(began), seen
	return o, nil
}

func (s Spec) options(t Toy) service.Options {
	return service.Options{
		Dir: s.Dir, Sides: []service.Side{{Package: "./" + folder, Args: []string{"-fault", t.fault, "-addr", "{addr}", "-upstream", "{upstream}"}}},
		Request: load.Request{URL: "http://{addr}/r/{n}", Header: t.header}, Ready: "http://{addr}/healthz",
		Each: s.Each, Settle: s.Settle, Rate: s.Rate,
	}
}

// Score compares a result with what is known of a toy.
func Score(t Toy, marks map[string]Line, r service.Result) Outcome {
	o := Outcome{Toy: t, Code: r.ExitCode()}
	guilty, known := marks[t.Mark]
	for _, f := range r.Findings {
		at := lineOf(f)
		if known && at == guilty {
			o.Found = true
			continue
		}
		o.Others = append(o.Others, fmt.Sprintf("%s left %s at %s (%s)", f.Kind, f.Stage, at, f.Function))
	}
	o.Others = append(o.Others, r.Notes...)
	if t.Mark == "" || len(r.Findings) == 0 {
		o.Others = append(o.Others, failing(r)...)
	}
	slices.Sort(o.Others)
	return o
}

// failing are the measures that decide and fail.
func failing(r service.Result) (all []string) {
	for _, row := range r.Rows {
		if last := row.Values[len(row.Values)-1]; row.Decides && last.Grade != service.InOrder && last.Grade != service.Ungraded {
			all = append(all, fmt.Sprintf("%s: %s", row.Measure, last.Text))
		}
	}
	return all
}
