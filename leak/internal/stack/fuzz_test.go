package stack

import (
	"hash/maphash"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// seeds adds the dumps of testdata.
func seeds(f *testing.F) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		f.Fatalf("got %v and %d files, want dumps in testdata", err, len(files))
	}
	for _, file := range files {
		dump, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(dump)
	}
}

// FuzzParse: no dump makes the parser panic, and what it answers holds together.
func FuzzParse(f *testing.F) {
	seeds(f)
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
			if id := ID(r.Head); id != 0 {
				var h maphash.Hash
				Digest(&h, r.Body)
			}
		}
		if size > len(dump) {
			t.Errorf("got records of %d bytes, want no more than the dump's %d", size, len(dump))
		}
		for _, g := range all {
			if g.ID == 0 || g.Wait < 0 || g.Skipped < 0 {
				t.Errorf("got %+v, want an ID and no negative numbers", g.Header)
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
	f.Fuzz(func(t *testing.T, line []byte) {
		h, err := ParseHeader(line)
		if err == nil && h.ID != ID(line) {
			t.Errorf("ParseHeader got ID %d, ID got %d, want the same", h.ID, ID(line))
		}
	})
}

// FuzzBody: the short way to the creator and the long one agree where the body
// has no ancestors and one creation line.
func FuzzBody(f *testing.F) {
	f.Add([]byte("a.b(0x1)\n\t/a.go:1 +0x1\ncreated by a.c in goroutine 7\n\t/a.go:9 +0x2\n"))
	f.Add([]byte("\tgoroutine running on other thread; stack unavailable\n...1 frames elided...\nnon-Go function at pc=1\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		trace := ParseBody(body)
		for _, frame := range trace.Frames {
			if frame.Line < 0 {
				t.Errorf("got line %d, want none below zero", frame.Line)
			}
		}
	})
}
