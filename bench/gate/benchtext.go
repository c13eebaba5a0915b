package gate

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"strings"

	"golang.org/x/perf/benchfmt"
)

// BenchText is what `go test -bench` printed.
type BenchText struct {
	file string
	// order and samples are by benchmark and unit.
	order   []benchKey
	samples map[benchKey][]float64
	// config is what is said of the machine: goos, goarch, cpu.
	config map[string]string
	units  benchfmt.UnitMetadataMap
}

// benchKey is a benchmark's full name with its package, and a unit.
type benchKey struct{ name, unit string }

func (k benchKey) String() string { return k.name + " " + k.unit }

// LoadBenchText reads a file. A line that is no benchmark line though it looks
// like one, a figure that is none, and the traces of a run that failed are errors:
// each could hide a benchmark.
func LoadBenchText(path string) (*BenchText, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("gate -bench: %w", err)
	}
	t := &BenchText{file: path, samples: map[benchKey][]float64{}, config: map[string]string{}}
	errs := failures(path, data)
	reader := benchfmt.NewReader(bytes.NewReader(data), path)
	for reader.Scan() {
		switch r := reader.Result().(type) {
		case *benchfmt.SyntaxError:
			errs = append(errs, fmt.Errorf("%s: got a line that is no benchmark result, want it whole", printable(r.Error())))
		case *benchfmt.Result:
			errs = append(errs, t.add(r))
		}
	}
	errs = append(errs, reader.Err())
	t.units = reader.Units()
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("gate -bench: %w", err)
	}
	if len(t.order) == 0 {
		return nil, fmt.Errorf("gate -bench: %q: got no benchmark result, want the output of go test -bench", path)
	}
	return t, nil
}

// failures are the lines that go test prints where a benchmark or a package failed.
func failures(path string, data []byte) []error {
	var errs []error
	s := bufio.NewScanner(bytes.NewReader(data))
	s.Buffer(nil, 1<<20)
	for n := 1; s.Scan(); n++ {
		line := s.Text()
		for _, sign := range []string{"FAIL", "--- FAIL", "panic: "} {
			if strings.HasPrefix(line, sign) {
				errs = append(errs, fmt.Errorf("%s:%d: got %q: the run failed, want one that passed", path, n, printable(line)))
				break
			}
		}
	}
	return errs
}

func (t *BenchText) add(r *benchfmt.Result) error {
	for _, key := range []string{"goos", "goarch", "cpu"} {
		if v := r.GetConfig(key); v != "" {
			t.config[key] = v
		}
	}
	name := "Benchmark" + r.Name.String()
	if pkg := r.GetConfig("pkg"); pkg != "" {
		name = pkg + "." + name
	}
	file, line := r.Pos()
	for _, v := range r.Values {
		// The reader leaves the unit of a zero as it was.
		k := benchKey{printable(name), printable(tidy(v.Unit))}
		if math.IsNaN(v.Value) || math.IsInf(v.Value, 0) || v.Value < 0 {
			return fmt.Errorf("%s:%d: %s: got %v, want a number from zero on", file, line, k, v.Value)
		}
		if _, seen := t.samples[k]; !seen {
			t.order = append(t.order, k)
		}
		t.samples[k] = append(t.samples[k], v.Value)
	}
	return nil
}

// CompareTexts holds one output of go test -bench against another. Whole units, as
// B/op and allocs/op, are compared directly; all others, as time, by the
// Mann-Whitney test and the threshold. Without a run in turns there is no
// confirming batch: take 10 or more samples of each.
//
// The error says that the two are of different systems.
func CompareTexts(old, now *BenchText, thresholds Thresholds, opts Options) (Result, error) {
	opts = opts.withDefaults()
	for _, key := range []string{"goos", "goarch"} {
		if a, b := old.config[key], now.config[key]; a != b {
			return Result{}, fmt.Errorf("gate -bench: got %s %q in %s and %q in %s, want the same", key, printable(a), old.file, printable(b), now.file)
		}
	}
	c := texts{old: old, now: now, thresholds: thresholds, opts: opts}
	if a, b := old.config["cpu"], now.config["cpu"]; a != b {
		c.foreign = fmt.Sprintf("another machine: %s and %s", printable(a), printable(b))
		c.result.Warnings = append(c.result.Warnings, "the two files are of different machines ("+printable(a)+", "+printable(b)+"): times are not compared")
	}
	c.result.Against = old.file
	for _, k := range old.order {
		is, ok := now.samples[k]
		if !ok {
			c.result.Rows = append(c.result.Rows, Row{Name: k.String(), Status: Missing, Got: "not in " + now.file, Want: "a row of " + old.file,
				Note: "renamed, removed, or run with another GOMAXPROCS"})
			continue
		}
		c.result.Rows = append(c.result.Rows, c.row(k, old.samples[k], is))
	}
	for _, k := range now.order {
		if _, ok := old.samples[k]; !ok {
			c.result.Rows = append(c.result.Rows, Row{Name: k.String(), Status: New, Got: "in " + now.file, Want: "not in " + old.file})
		}
	}
	c.result.waive(opts)
	return c.result, nil
}
