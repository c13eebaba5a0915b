// Package benchtext compares two outputs of `go test -bench`, benchmark by
// benchmark and unit by unit. It is the gate for benchmarks of any module.
package benchtext

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"

	"golang.org/x/perf/benchfmt"

	"github.com/watertight-go/watertight/bench/gate/internal/format"
)

// Output is what `go test -bench` printed.
type Output struct {
	file string
	// order has each benchmark and unit once, as they come in the file.
	order []key
	rows  map[key]*series
	units benchfmt.UnitMetadataMap
	// skipped are the benchmarks that skipped themselves.
	skipped []string
}

// key is a benchmark and a unit. The name has the package in front.
type key struct{ name, unit string }

func (k key) String() string { return k.name + " " + k.unit }

// series are the samples of one benchmark in one unit.
type series struct {
	values []float64
	// blocks are the blocks that they come from, in order. A block that comes again behind
	// other benchmarks is there again.
	blocks []*block
	// places is how often the benchmark comes behind another one.
	places int
}

// Load reads a file: text or -json, in UTF-8 or UTF-16. Everything that could hide a
// benchmark is an error: a line that looks like a benchmark line and is none, a figure
// that is no number, the lines that go test prints for a failure, and the output of two
// packages that is mixed.
func Load(path string) (*Output, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("gate -bench: %w", err)
	}
	o, err := Parse(path, data)
	if err != nil {
		return nil, fmt.Errorf("gate -bench: %w", err)
	}
	return o, nil
}

// Parse is Load for data that was read. Messages have name in the place of the file's.
func Parse(name string, data []byte) (*Output, error) {
	o := &Output{file: name, rows: map[key]*series{}}
	text, err := toText(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	all, errs := streams(text)
	units := new(bytes.Buffer)
	for _, s := range all {
		c := scan(s)
		o.skipped = append(o.skipped, c.skipped...)
		errs = append(errs, c.errs...)
		errs = append(errs, o.results(c)...)
		for _, l := range s.lines {
			if strings.HasPrefix(l.text, "Unit ") {
				fmt.Fprintln(units, l.text)
			}
		}
	}
	errs = append(errs, o.readUnits(units))
	for i, err := range errs {
		if err != nil {
			errs[i] = fmt.Errorf("%s:%w", name, err)
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	if len(o.order) == 0 {
		return nil, fmt.Errorf("%q: got no benchmark result, want the output of go test -bench", name)
	}
	return o, nil
}

// results adds the results of a stream.
func (o *Output) results(c *scanner) (errs []error) {
	last := ""
	for i, l := range c.stream.lines {
		if c.of[i] == nil {
			continue
		}
		reader := benchfmt.NewReader(strings.NewReader(l.text), o.file)
		for reader.Scan() {
			switch r := reader.Result().(type) {
			case *benchfmt.SyntaxError:
				errs = append(errs, fmt.Errorf("%d: %s: not a whole benchmark line (got %q)", l.number, r.Msg, format.Printable(l.text)))
			case *benchfmt.Result:
				name := o.name(r, c.of[i])
				errs = append(errs, o.add(r, name, c.of[i], l.number, name != last))
				last = name
			}
		}
		if err := reader.Err(); err != nil {
			errs = append(errs, fmt.Errorf("%d: %w", l.number, err))
		}
	}
	return errs
}

// name is that of a benchmark, with its package.
func (o *Output) name(r *benchfmt.Result, b *block) string {
	name := "Benchmark" + r.Name.String()
	if pkg := b.pkg(); pkg != "" {
		name = pkg + "." + name
	}
	return format.Printable(name)
}

// add adds a result. moved says that another benchmark came before.
func (o *Output) add(r *benchfmt.Result, name string, b *block, number int, moved bool) error {
	for _, v := range r.Values {
		// The reader does not normalize the unit of a zero.
		k := key{name, format.Printable(normalized(v.Unit))}
		if math.IsNaN(v.Value) || math.IsInf(v.Value, 0) || v.Value < 0 {
			return fmt.Errorf("%d: %s: got %v, want a number of zero or more", number, k, v.Value)
		}
		s := o.rows[k]
		if s == nil {
			s = &series{}
			o.rows[k] = s
			o.order = append(o.order, k)
		}
		s.values = append(s.values, v.Value)
		if !slices.Contains(s.blocks, b) {
			s.blocks = append(s.blocks, b)
		}
		if moved {
			s.places++
		}
	}
	return nil
}

// readUnits reads the lines that say which way a unit gets better.
func (o *Output) readUnits(lines *bytes.Buffer) error {
	reader := benchfmt.NewReader(lines, o.file)
	var errs []error
	for reader.Scan() {
		if e, ok := reader.Result().(*benchfmt.SyntaxError); ok {
			errs = append(errs, fmt.Errorf(" line Unit: %s", format.Printable(e.Msg)))
		}
	}
	o.units = reader.Units()
	return errors.Join(append(errs, reader.Err())...)
}
