package profiles

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/google/pprof/profile"
)

// Diff returns after minus before. A positive value has grown, a negative one has
// shrunk. Samples that did not change are left out.
//
// Two samples are the same if they have the same labels and the same stack, by
// address in the program. If the profiles come from different builds, the same
// stack has two samples, one negative and one positive, and they cancel out in
// Total and Top.
//
// The profiles must be of one kind and have the same sample types; see Align for their
// units.
func Diff(before, after *Profile) (*Profile, error) {
	before, after, err := Align(before, after)
	if err != nil {
		return nil, fmt.Errorf("profiles: diff: %w", err)
	}
	p, err := subtract(after.proto, before.proto)
	if err != nil {
		return nil, fmt.Errorf("profiles: diff: %w", err)
	}
	return p, nil
}

func checkPair(before, after *Profile) error {
	if before.isZero() || after.isZero() {
		return fmt.Errorf("got %s before and %s after, want two profiles", held(before), held(after))
	}
	if b, a := before.Kind(), after.Kind(); b != a {
		return fmt.Errorf("got kind %q before and %q after, want one kind", b, a)
	}
	if b, a := before.proto, after.proto; !comparable(b, a) {
		return fmt.Errorf("got sample types %q before and %q after, want the same", types(b), types(a))
	}
	return nil
}

// held describes p in an error.
func held(p *Profile) string {
	if p.isZero() {
		return "no profile"
	}
	return fmt.Sprintf("a %s profile", p.Kind())
}

// types lists sample types and the period type as text, as in
// "goroutine/count per goroutine/count".
func types(p *profile.Profile) string {
	var names []string
	for _, t := range p.SampleType {
		names = append(names, t.Type+"/"+t.Unit)
	}
	return fmt.Sprintf("%s per %s/%s", strings.Join(names, ", "), p.PeriodType.Type, p.PeriodType.Unit)
}

// subtract encodes and parses the result, so that it shares nothing with a and b
// and can be read for certain.
func subtract(a, b *profile.Profile) (*Profile, error) {
	// Merge makes a copy. Profile.Copy would write to its source.
	negative, err := profile.Merge([]*profile.Profile{b})
	if err != nil {
		return nil, err
	}
	// Not Scale(-1): it computes with float64 and rounds.
	for _, s := range negative.Sample {
		for i := range s.Value {
			s.Value[i] = -s.Value[i]
		}
	}
	d, err := profile.Merge([]*profile.Profile{a, negative})
	if err != nil {
		return nil, err
	}
	unshare(d)
	return encode(d)
}

// encode makes a Profile of proto. It writes to unexported fields of proto.
func encode(proto *profile.Profile) (*Profile, error) {
	var buf bytes.Buffer
	if err := proto.Write(&buf); err != nil {
		return nil, err
	}
	return parse(buf.Bytes())
}

// unshare gives d its own value types. Merge shares those of its first source,
// and encoding writes to them.
func unshare(d *profile.Profile) {
	for i, t := range d.SampleType {
		d.SampleType[i] = &profile.ValueType{Type: t.Type, Unit: t.Unit}
	}
	d.PeriodType = &profile.ValueType{Type: d.PeriodType.Type, Unit: d.PeriodType.Unit}
}
