package profiles

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/pprof"
	"testing"

	"github.com/google/pprof/profile"
	"github.com/stretchr/testify/require"
)

// wanted is in every error, so that a reader knows what to do.
const wanted = "want a whole pprof profile as runtime/pprof writes it with debug=0: take it again, or name another file"

func raw(t testing.TB, p *Profile) []byte {
	t.Helper()
	data, err := inflate(p.encoded)
	require.NoError(t, err)
	return data
}

func TestParseKeepsNoReference(t *testing.T) {
	p := sample(t, stack{value: 3, functions: []string{"x.f"}})
	for _, data := range [][]byte{bytes.Clone(p.encoded), raw(t, p)} {
		q, err := Parse(data)
		require.NoError(t, err)
		clear(data)
		path := filepath.Join(t.TempDir(), "p")
		require.NoError(t, q.WriteFile(path))
		read, err := Read(path)
		require.NoError(t, err)
		require.Equal(t, p.Top(0), read.Top(0))
	}
}

// A file that is cut short anywhere is refused.
func TestParseTruncated(t *testing.T) {
	for _, p := range []*Profile{
		sample(t, stack{value: 3, agent: "a", functions: []string{"x.leaf", "x.root"}}),
		capture(t, Goroutine),
	} {
		for n := range p.encoded {
			_, err := Parse(p.encoded[:n])
			require.ErrorContains(t, err, "profiles: parse: got ", "%d of %d bytes", n, len(p.encoded))
			require.ErrorContains(t, err, wanted)
			require.NotContains(t, err.Error(), "\n")
		}
	}
}

// Without compression there is no checksum: a message that is cut between two
// fields is a valid message. It still has all samples, because they come before
// what they refer to.
func TestParseTruncatedUncompressed(t *testing.T) {
	for _, p := range []*Profile{
		sample(t, stack{value: 3, agent: "a", functions: []string{"x.leaf", "x.root"}}),
		capture(t, Goroutine),
	} {
		data, accepted := raw(t, p), 0
		for n := range data {
			q, err := Parse(data[:n])
			if err != nil {
				require.ErrorContains(t, err, wanted)
				continue
			}
			accepted++
			require.Equal(t, p.Top(0), q.Top(0))
			require.Equal(t, p.Kind(), q.Kind())
		}
		require.Less(t, accepted, 8, "only headers may be missing")
	}
}

func TestParseDamaged(t *testing.T) {
	p := sample(t, stack{value: 3, functions: []string{"x.f"}})
	data := bytes.Clone(p.encoded)
	data[len(data)-6] ^= 1 // the checksum
	_, err := Parse(data)
	require.ErrorContains(t, err, "bytes of gzip that are damaged (gzip: invalid checksum)")

	_, err = Parse(append(bytes.Clone(p.encoded), "something else"...))
	require.ErrorContains(t, err, "bytes of gzip that are damaged (gzip: invalid header)")
}

func TestParseForeign(t *testing.T) {
	var debug bytes.Buffer
	require.NoError(t, pprof.Lookup("goroutine").WriteTo(&debug, 1))
	var stacks bytes.Buffer
	require.NoError(t, pprof.Lookup("goroutine").WriteTo(&stacks, 2))
	timed := sampleOf(t, &profile.Profile{
		SampleType: []*profile.ValueType{{Type: "a", Unit: "count"}},
		PeriodType: &profile.ValueType{},
		TimeNanos:  1,
	})
	for _, c := range []struct{ name, data, got string }{
		{"empty", "", "got 0 bytes (empty input file)"},
		{"one byte", "\x1f", "got 1 bytes that are not a protobuf message"},
		{"text", "hello, world, this is text", `got 26 bytes of text that begins with "hello, world, this is te" (`},
		{"debug=1", debug.String(), "of a profile as text (debug=1)"},
		{"debug=2", stacks.String(), "of stacks as text (debug=2)"},
		{"trace", "go 1.27 trace\x00\x00\x00", "of an execution trace, for go tool trace"},
		{"JSON", `{"schema": 1}`, "got 13 bytes of JSON"},
		{"HTML", "<!doctype html>", "got 15 bytes of HTML"},
		{"zip", "PK\x03\x04\x00\x00", "of a zip archive"},
		{"ELF", "\x7fELF\x02\x01\x01\x00\x00\x00", "got 10 bytes that are not a protobuf message"},
		{"gzip of text", string(deflate([]byte("hello"))), `got gzip that holds 5 bytes of text that begins with "hello"`},
		{"gzip of nothing", string(deflate(nil)), "got gzip that holds 0 bytes (empty input file)"},
		{"gzip of gzip", string(deflate(timed.encoded)), "that are not a protobuf message"},
		{"other proto", "\x0a\x05hello\x12\x05world", "of another protobuf message"},
		{"proto without types", "\x32\x00\xa2\x06\x05hello", "of another protobuf message, or only a part of a profile (it names no sample type)"},
		{"wrong string table", "\x32\x01a", "of another protobuf message"},
		{"two profiles", string(timed.encoded) + string(timed.encoded), "(concatenated profiles detected)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := Parse([]byte(c.data))
			require.ErrorContains(t, err, c.got)
			require.ErrorContains(t, err, wanted)
			require.NotContains(t, err.Error(), "\n", "one sentence")
			require.Nil(t, p)
		})
	}
}

func TestParseInconsistent(t *testing.T) {
	f := &profile.Function{ID: 1, Name: "x.f"}
	for name, p := range map[string]*profile.Profile{
		"mismatch: sample has 2 values": {
			SampleType: []*profile.ValueType{{Type: "goroutine", Unit: "count"}},
			Sample:     []*profile.Sample{{Value: []int64{1, 2}}},
		},
		"reserved ID=0": {
			SampleType: []*profile.ValueType{{Type: "goroutine", Unit: "count"}},
			Function:   []*profile.Function{{Name: "x"}},
		},
		"nil location": {
			SampleType: []*profile.ValueType{{Type: "goroutine", Unit: "count"}},
			Sample:     []*profile.Sample{{Value: []int64{1}, Location: []*profile.Location{{ID: 9, Line: []profile.Line{{Function: f}}}}}},
		},
	} {
		var buf bytes.Buffer
		require.NoError(t, p.Write(&buf))
		_, err := Parse(buf.Bytes())
		require.ErrorContains(t, err, name)
		require.ErrorContains(t, err, wanted)
	}
}

func TestParseBounds(t *testing.T) {
	mib := deflate(make([]byte, 1<<20))
	bomb := bytes.Repeat(mib, maxSize>>20+1)
	require.Less(t, len(bomb), 1<<20, "the bomb is small")
	_, err := Parse(bomb)
	require.ErrorContains(t, err, "bytes of gzip that hold more than 64 MiB, "+wanted)

	// Two bytes of an empty sample or of a line of a location need about 200 bytes.
	samples := bytes.Repeat([]byte{0x12, 0}, maxRecords+1)
	lines := bytes.Repeat([]byte{0x22, 0}, maxRecords)
	location := append(binary.AppendUvarint([]byte{0x22}, uint64(len(lines))), lines...)
	for _, data := range [][]byte{samples, location} {
		_, err = Parse(data)
		require.ErrorContains(t, err, "got more than 8388608 records, "+wanted)
	}
	_, err = Parse(make([]byte, maxSize+1))
	require.ErrorContains(t, err, "got more than 64 MiB, "+wanted)
}

func TestReadErrors(t *testing.T) {
	dir := t.TempDir()
	_, err := Read(filepath.Join(dir, "nosuch"))
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.ErrorContains(t, err, "profiles: read: ")

	_, err = Read(dir)
	require.ErrorContains(t, err, "profiles: read: ")

	path := filepath.Join(dir, "notes.txt")
	require.NoError(t, os.WriteFile(path, []byte("notes"), 0o666))
	_, err = Read(path)
	require.ErrorContains(t, err, "profiles: read "+path+`: got 5 bytes of text that begins with "notes"`)
}

// The file may be a device without an end.
func TestReadStopsAtTheBound(t *testing.T) {
	if _, err := os.Stat("/dev/zero"); err != nil {
		t.Skipf("there is no endless file here: %v", err)
	}
	_, err := Read("/dev/zero")
	require.ErrorContains(t, err, "got more than 64 MiB")
}

func TestContain(t *testing.T) {
	require.NoError(t, contain(func() error { return nil }))
	plain := errors.New("plain")
	require.Equal(t, plain, contain(func() error { return plain }))
	require.ErrorContains(t, contain(func() error { var p *profile.Profile; return p.CheckValid() }), "the parser panicked: ")
}

func TestLargeFilesMayHoldMore(t *testing.T) {
	require.Equal(t, maxSize, most(1000))
	require.Equal(t, 320<<20, most(40<<20))
	require.Equal(t, maxInflated, most(maxSize))
}
