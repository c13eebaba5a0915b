package stack

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"testing"
)

// dumps are those of testdata.
func dumps(tb testing.TB) (all [][]byte) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		tb.Fatalf("got %v and %d files, want dumps in testdata", err, len(files))
	}
	for _, file := range files {
		dump, err := os.ReadFile(file)
		if err != nil {
			tb.Fatal(err)
		}
		all = append(all, dump)
	}
	return all
}

// FuzzParse: no dump makes the parser panic, and what it answers holds together.
func FuzzParse(f *testing.F) {
	for _, dump := range dumps(f) {
		f.Add(dump)
	}
	f.Fuzz(func(t *testing.T, dump []byte) {
		all, skipped, err := Parse(dump)
		if (err != nil) != (len(all) == 0) {
			t.Errorf("got %d records and error %v, want an error exactly where there is none", len(all), err)
		}
		records := slices.Collect(Records(dump))
		if len(records) != len(all)+skipped {
			t.Errorf("got %d records, want %d parsed and %d skipped", len(records), len(all), skipped)
		}
		size := 0
		for _, r := range records {
			size += len(r.Text)
		}
		if size > len(dump) {
			t.Errorf("got records of %d bytes, want no more than the dump's %d", size, len(dump))
		}
		for _, g := range all {
			if g.Wait < 0 || g.Skipped < 0 {
				t.Errorf("got %+v, want no negative numbers", g.Header)
			}
		}
	})
}

// FuzzHeader: the short way to the ID and the long one agree.
func FuzzHeader(f *testing.F) {
	for _, line := range []string{
		"goroutine 7 [chan receive (leaked), 3 minutes, locked to thread, synctest bubble 1]:",
		`goroutine 7 [sleep labels:{"te]st": "Z\n", "a": "b"}]:`,
		`goroutine 7 gp=0xc000 m=nil [sleep (scan)] {test: Z, "q:": "\u00e9"}:`,
	} {
		f.Add([]byte(line))
	}
	for _, dump := range dumps(f) {
		for r := range Records(dump) {
			f.Add(r.Head)
		}
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		h, err := ParseHeader(line)
		if err == nil && h.ID != ID(line) {
			t.Errorf("ParseHeader got ID %d, ID got %d, want the same", h.ID, ID(line))
		}
	})
}

// bodies adds the bodies of testdata, each with the one after it.
func bodies(f *testing.F) {
	for _, dump := range dumps(f) {
		all := slices.Collect(Records(dump))
		for i, r := range all {
			f.Add(r.Body, all[(i+1)%len(all)].Body)
		}
	}
	f.Add([]byte("a.b(0x1)\n\t/a.go:1 +0x1\ncreated by a.c in goroutine 7\n\t/a.go:9 +0x2\n"), []byte("a.b(0x2)\n\t/a.go:1 +0x3\ncreated by a.c\n\t/a.go:9\n"))
	f.Add([]byte("\tgoroutine running on other thread; stack unavailable\n...1 frames elided...\nnon-Go function at pc=1\n"), []byte("f\n\t/f.c:1 pc=0x1\ng\n\tpc=0x2\n"))
}

// FuzzBody: the short way to the creator and the long one agree, and what is
// read holds together.
func FuzzBody(f *testing.F) {
	bodies(f)
	f.Fuzz(func(t *testing.T, body, _ []byte) {
		trace := ParseBody(body)
		if got := Creator(body); got != trace.Creator {
			t.Errorf("Creator got %d, ParseBody %d, want the same", got, trace.Creator)
		}
		for _, frame := range append(trace.Frames, trace.Created) {
			if frame.Line < 0 || frame.File == "" && frame.Line != 0 {
				t.Errorf("got %+v, want no line below zero and none without a file", frame)
			}
		}
		if lines := bytes.Count(body, newline) + 1; len(trace.Frames)+len(trace.Ancestors)+trace.Skipped > lines {
			t.Errorf("got %d frames, %d ancestors and %d lines skipped of %d lines", len(trace.Frames), len(trace.Ancestors), trace.Skipped, lines)
		}
	})
}

// FuzzDigest: two bodies have the same digest exactly where they have the same
// shape.
func FuzzDigest(f *testing.F) {
	bodies(f)
	numbers := regexp.MustCompile(`(0x|goroutine )[0-9a-f]+`)
	f.Fuzz(func(t *testing.T, one, other []byte) {
		for _, next := range [][]byte{
			other,
			numbers.ReplaceAll(one, []byte("${1}7")),
			append(bytes.Clone(one), "\nmore\n"...),
			bytes.ReplaceAll(one, []byte(":1"), []byte(":2")),
		} {
			same := reflect.DeepEqual(ParseBody(one).Shape(), ParseBody(next).Shape())
			if got := digest(one) == digest(next); got != same {
				t.Errorf("same digest is %v, want %v, for\n%s\nand\n%s", got, same, one, next)
			}
		}
	})
}

// FuzzPattern: what matches a body's pattern has its shape, the body itself does,
// and so does a body that differs from it only in arguments and in its creator.
func FuzzPattern(f *testing.F) {
	bodies(f)
	f.Add([]byte("f(0x1)2)"), []byte("f(0x3)2)"))
	numbers := regexp.MustCompile(`(?m)0x[0-9a-f]+(.*\)$)|( in goroutine )[0-9]+$`)
	f.Fuzz(func(t *testing.T, one, other []byte) {
		p := NewPattern(one)
		want := ParseBody(one).Shape()
		if !p.Matches(one) {
			t.Errorf("the pattern does not match its own body\n%q", one)
		}
		for _, next := range [][]byte{
			other,
			numbers.ReplaceAll(one, []byte("${2}7$1")),
			append(bytes.Clone(one), "\nmore\n"...),
			bytes.ReplaceAll(one, []byte(")"), []byte("0x7)")),
			bytes.ReplaceAll(one, []byte("("), []byte("(0x7, ")),
			bytes.ReplaceAll(one, []byte(" in goroutine "), []byte(" in goroutine 1")),
		} {
			if p.Matches(next) && !reflect.DeepEqual(ParseBody(next).Shape(), want) {
				t.Errorf("the pattern of\n%q\nmatches\n%q", one, next)
			}
		}
	})
}

// FuzzHolding: the short way to the records that hold something finds the same
// ones as looking at all of them.
func FuzzHolding(f *testing.F) {
	for _, dump := range dumps(f) {
		for _, text := range []string{"testing.tRunner(", "created by ", "\n", "g", "nowhere"} {
			f.Add(dump, text)
		}
	}
	f.Add([]byte("goroutine 1 [running]:\nf()\n\n\n\ngoroutine 2 [running]:\nf()"), "f()")
	f.Fuzz(func(t *testing.T, dump []byte, text string) {
		if text == "" || bytes.Contains([]byte(text), separator) {
			t.Skip()
		}
		var want, got []string
		for r := range Records(dump) {
			if bytes.Contains(r.Body, []byte(text)) {
				want = append(want, string(r.Text))
			}
		}
		for r := range Holding(dump, []byte(text)) {
			got = append(got, string(r.Text))
		}
		if !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}
