package profiles

import (
	"cmp"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/google/pprof/profile"
)

// Align brings two profiles of one kind to the same units: values in milliseconds and in
// nanoseconds become nanoseconds. The finer unit is kept, as pprof does it. Profiles whose
// units agree are returned as they are. The error says why two profiles cannot be compared.
func Align(before, after *Profile) (b, a *Profile, err error) {
	if err := checkPair(before, after); err != nil {
		return nil, nil, err
	}
	if types(before.proto) == types(after.proto) {
		return before, after, nil
	}
	finest := make([]*profile.ValueType, len(before.proto.SampleType))
	for i, x := range before.proto.SampleType {
		finest[i] = finer(x, after.proto.SampleType[i])
	}
	period := finer(before.proto.PeriodType, after.proto.PeriodType)
	return before.in(finest, period), after.in(finest, period), nil
}

// comparable says that sample types and period types are the same, but for units of one
// quantity and for a plural.
func comparable(b, a *profile.Profile) bool {
	if len(b.SampleType) != len(a.SampleType) || !sameQuantity(b.PeriodType, a.PeriodType) {
		return false
	}
	for i, t := range b.SampleType {
		if !sameQuantity(t, a.SampleType[i]) {
			return false
		}
	}
	return true
}

func sameQuantity(x, y *profile.ValueType) bool {
	if strings.TrimSuffix(x.Type, "s") != strings.TrimSuffix(y.Type, "s") {
		return false
	}
	q, _ := quantity(x.Unit)
	r, _ := quantity(y.Unit)
	return x.Unit == y.Unit || q != "" && q == r
}

// finer is the type with the smaller unit; the first of equal ones.
func finer(x, y *profile.ValueType) *profile.ValueType {
	_, a := quantity(x.Unit)
	_, b := quantity(y.Unit)
	if b < a {
		return y
	}
	return x
}

// quantities are units by quantity, each as a multiple of the smallest. The names are those
// of pprof, without the s of a plural.
var quantities = map[string]map[string]float64{
	"size": {"b": 1, "byte": 1, "kb": 1 << 10, "kbyte": 1 << 10, "kilobyte": 1 << 10, "mb": 1 << 20, "mbyte": 1 << 20, "megabyte": 1 << 20,
		"gb": 1 << 30, "gbyte": 1 << 30, "gigabyte": 1 << 30, "tb": 1 << 40, "tbyte": 1 << 40, "terabyte": 1 << 40, "pb": 1 << 50, "pbyte": 1 << 50, "petabyte": 1 << 50},
	"time": {"ns": 1, "nanosecond": 1, "us": 1e3, "μs": 1e3, "µs": 1e3, "microsecond": 1e3, "ms": 1e6, "millisecond": 1e6, "s": 1e9, "sec": 1e9, "second": 1e9,
		"hr": 3600e9, "hour": 3600e9},
	"gcu": {"nanogcu": 1, "microgcu": 1e3, "milligcu": 1e6, "gcu": 1e9, "kilogcu": 1e12, "megagcu": 1e15, "gigagcu": 1e18, "teragcu": 1e21, "petagcu": 1e24},
}

// quantity is what a unit measures, and its size; empty for a unit that has no other.
func quantity(unit string) (name string, size float64) {
	unit = strings.ToLower(unit)
	if utf8.RuneCountInString(unit) > 2 {
		unit = strings.TrimSuffix(unit, "s")
	}
	for name, units := range quantities {
		if size, ok := units[unit]; ok {
			return name, size
		}
	}
	return "", 1
}

// in is the profile in other units. Stacks are shared with p: no profile ever changes.
func (p *Profile) in(samples []*profile.ValueType, period *profile.ValueType) *Profile {
	from := p.proto
	scaled := &profile.Profile{DefaultSampleType: from.DefaultSampleType, Mapping: from.Mapping, Location: from.Location, Function: from.Function,
		Comments: from.Comments, DocURL: from.DocURL, DropFrames: from.DropFrames, KeepFrames: from.KeepFrames,
		TimeNanos: from.TimeNanos, DurationNanos: from.DurationNanos, Sample: make([]*profile.Sample, len(from.Sample)),
		SampleType: make([]*profile.ValueType, len(samples)), PeriodType: &profile.ValueType{Type: period.Type, Unit: period.Unit},
		Period: scale(from.Period, ratio(from.PeriodType, period))}
	ratios := make([]float64, len(samples))
	for i, t := range samples {
		ratios[i] = ratio(from.SampleType[i], t)
		scaled.SampleType[i] = &profile.ValueType{Type: t.Type, Unit: t.Unit}
	}
	for n, s := range from.Sample {
		one := *s
		one.Value = make([]int64, len(s.Value))
		for i, v := range s.Value {
			one.Value[i] = scale(v, ratios[i])
		}
		scaled.Sample[n] = &one
	}
	return &Profile{proto: scaled}
}

func ratio(from, to *profile.ValueType) float64 {
	_, a := quantity(from.Unit)
	_, b := quantity(to.Unit)
	return a / b
}

// scale multiplies. Ratios are whole numbers, as the finer unit is kept; a value that gets
// too large is the largest one.
func scale(v int64, ratio float64) int64 {
	if ratio == 1 {
		return v
	}
	if f := float64(v) * ratio; math.Abs(f) >= math.MaxInt64 {
		return int64(cmp.Compare(v, 0)) * math.MaxInt64
	}
	return v * int64(ratio)
}
