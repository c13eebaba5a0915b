package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
)

// benchmark is a made-up benchmark, of which stress gate -bench compares two outputs.
type benchmark struct {
	// unit is that of the second figure; its values are one of two by chance, or spread
	// by 1 % around the first where there is one only.
	unit   string
	values [2]float64
}

// outputs are pairs of outputs of go test -bench.
type outputs struct {
	all []benchmark
	// factor and rise are what the later code makes of the values.
	factor, rise float64
	// likelihood is a number from zero to one: how likely the second value is.
	likelihood float64
	// threshold is that of the gate; empty: the defaults.
	threshold string
}

// The benchmarks whose counts chance moves, and those of which more is better.
var (
	byChance = []benchmark{{"allocs/op", [2]float64{10, 11}}, {"allocs/op", [2]float64{0, 1}}, {"allocs/op", [2]float64{1000, 1001}},
		{"B/op", [2]float64{1000, 1001}}, {"B/op", [2]float64{160, 176}}}
	speeds = []benchmark{{"MB/s", [2]float64{1000, 0}}, {"req/s", [2]float64{1000, 0}}, {"ops/s", [2]float64{1000, 0}}}
)

// samples are how many each output has of each benchmark.
const samples = 10

// text is an output of one version. Which of two values is likelier is that of the pair.
func (o outputs) text(r *rand.Rand, code version) string {
	var b strings.Builder
	b.WriteString("goos: linux\ngoarch: amd64\npkg: example.com/selftest\ncpu: Example\n")
	for i, m := range o.all {
		likelihood := .1 + .8*o.likelihood
		for range samples {
			fmt.Fprintf(&b, "BenchmarkCall/%d-2\t1000\t%.2f ns/op\t%.6g %s\n", i, 100+r.NormFloat64(), o.value(r, m, code, likelihood), m.unit)
		}
	}
	return b.String()
}

// version says of which code an output is.
type version int

const (
	earlier version = iota
	later
)

// value is one figure.
func (o outputs) value(r *rand.Rand, m benchmark, code version, likelihood float64) float64 {
	v := m.values[0]
	switch {
	case m.values[1] == 0:
		v *= 1 + .01*r.NormFloat64()
	case r.Float64() < likelihood:
		v = m.values[1]
	}
	if code == later {
		v = v*o.factor + o.rise
	}
	return v
}

// compare compares two new outputs.
func (o outputs) compare(b *bench) (string, int) {
	b.pairs++
	r := rand.New(rand.NewPCG(uint64(b.pairs), 20))
	o.likelihood = r.Float64()
	args := []string{"gate", "-bench"}
	if o.threshold != "" {
		args = append(args, "-threshold", o.threshold)
	}
	for i, code := range []version{earlier, later} {
		file := filepath.Join(b.folder, fmt.Sprintf("bench-%d.txt", i))
		if err := os.WriteFile(file, []byte(o.text(r, code)), 0o644); err != nil {
			return err.Error(), -1
		}
		args = append(args, file)
	}
	return b.stress("", args...)
}
