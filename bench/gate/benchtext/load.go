// Package benchtext compares two outputs of `go test -bench`, benchmark by
// benchmark and unit by unit. It is the gate for benchmarks of any module.
package benchtext

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"strings"

	"golang.org/x/perf/benchfmt"

	"github.com/watertight-go/watertight/bench/gate/internal/format"
)

// Output is what `go test -bench` printed.
type Output struct {
	file string
	// order has each benchmark and unit once, as they come in the file.
	order   []key
	samples map[key][]float64
	// config says what was measured where: goos, goarch, cpu.
	config map[string]string
	units  benchfmt.UnitMetadataMap
}

// key is a benchmark and a unit. The name has the package in front.
type key struct{ name, unit string }

func (k key) String() string { return k.name + " " + k.unit }

// Load reads a file. Everything that could hide a benchmark is an error: a line
// that looks like a benchmark line and is none, a figure that is no number, and
// the lines that go test prints for a failure.
func Load(path string) (*Output, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("gate -bench: %w", err)
	}
	o := &Output{file: path, samples: map[key][]float64{}, config: map[string]string{}}
	errs := failures(path, data)
	reader := benchfmt.NewReader(bytes.NewReader(data), path)
	for reader.Scan() {
		switch r := reader.Result().(type) {
		case *benchfmt.SyntaxError:
			errs = append(errs, fmt.Errorf("%s: not a whole benchmark line", format.Printable(r.Error())))
		case *benchfmt.Result:
			errs = append(errs, o.add(r))
		}
	}
	errs = append(errs, reader.Err())
	o.units = reader.Units()
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("gate -bench: %w", err)
	}
	if len(o.order) == 0 {
		return nil, fmt.Errorf("gate -bench: %q: got no benchmark result, want the output of go test -bench", path)
	}
	return o, nil
}

// failures are errors for the lines that go test prints if a benchmark or a
// package failed.
func failures(path string, data []byte) []error {
	var errs []error
	s := bufio.NewScanner(bytes.NewReader(data))
	s.Buffer(nil, 1<<20)
	for n := 1; s.Scan(); n++ {
		line := s.Text()
		for _, sign := range []string{"FAIL", "--- FAIL", "panic: "} {
			if strings.HasPrefix(line, sign) {
				errs = append(errs, fmt.Errorf("%s:%d: got %q: the run failed, want one that passed", path, n, format.Printable(line)))
				break
			}
		}
	}
	return errs
}

func (o *Output) add(r *benchfmt.Result) error {
	for _, name := range []string{"goos", "goarch", "cpu"} {
		if v := r.GetConfig(name); v != "" {
			o.config[name] = v
		}
	}
	name := "Benchmark" + r.Name.String()
	if pkg := r.GetConfig("pkg"); pkg != "" {
		name = pkg + "." + name
	}
	file, line := r.Pos()
	for _, v := range r.Values {
		// The reader does not normalize the unit of a zero.
		k := key{format.Printable(name), format.Printable(normalized(v.Unit))}
		if math.IsNaN(v.Value) || math.IsInf(v.Value, 0) || v.Value < 0 {
			return fmt.Errorf("%s:%d: %s: got %v, want a number of zero or more", file, line, k, v.Value)
		}
		if _, seen := o.samples[k]; !seen {
			o.order = append(o.order, k)
		}
		o.samples[k] = append(o.samples[k], v.Value)
	}
	return nil
}
