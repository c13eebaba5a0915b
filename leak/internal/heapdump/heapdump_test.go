package heapdump

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"testing"

	"github.com/watertight-go/watertight/leak/internal/require"
)

// dumpOf is a dump of the given numbers, texts and ranges of memory.
func dumpOf(parts ...any) []byte {
	out := []byte(header)
	for _, p := range parts {
		switch p := p.(type) {
		case int:
			out = binary.AppendUvarint(out, uint64(p))
		case string:
			out = append(binary.AppendUvarint(out, uint64(len(p))), p...)
		}
	}
	return out
}

// seen is what a visitor was given.
type seen struct {
	params     []Params
	objects    []Object
	goroutines []Goroutine
}

func read(in []byte) (seen, error) {
	var s seen
	err := Read(bytes.NewReader(in), Visitor{
		Params:    func(p Params) { s.params = append(s.params, p) },
		Object:    func(o Object) { s.objects = append(s.objects, Object{o.Addr, bytes.Clone(o.Data)}) },
		Goroutine: func(g Goroutine) { s.goroutines = append(s.goroutines, g) },
		MaxObject: 8,
	})
	return s, err
}

// everything has one record of each kind.
func everything() []byte {
	parts := []any{
		6, 0, 8, 1, 2, "amd64", "go1.27", 2,
		1, 0x1000, "12345678", 1, 0, 0,
		1, 0x2000, "too large to be kept", 0,
		2, "root", 7,
		3, 1, 2, "T", 1,
		4, 0x3000, 1, 17, 2, 4, 0, 0, 5, "select", 0, 0, 0, 0,
		5, 1, 0, 0, "frame", 1, 2, 3, "main.f", 1, 8, 0,
		7, 1, 2, 3, 4, 5,
		8, 1, 2,
		9, 1, 2, 3,
		11, 1, 2, 3, 4, 5,
		12, 1, "data", 0,
		13, 1, "bss", 1, 16, 0,
		14, 1, 2, 3, 4, 5, 6, 7,
		15, 1, 2, 3, 4, 5, 6,
		16, 1, 2, 1, "f", "f.go", 3, 4, 5,
		17, 1, 2,
		10,
	}
	for range memStatsNumbers {
		parts = append(parts, 300)
	}
	return dumpOf(append(parts, 0)...)
}

func TestRead(t *testing.T) {
	s, err := read(everything())
	require.NoError(t, err)
	require.Equal(t, seen{
		params:     []Params{{PointerSize: 8}},
		objects:    []Object{{0x1000, []byte("12345678")}},
		goroutines: []Goroutine{{Addr: 0x3000, ID: 17, Status: Waiting, WaitReason: "select"}},
	}, s)
}

func TestReadDamaged(t *testing.T) {
	whole := everything()
	for n := range len(whole) {
		_, err := read(whole[:n])
		require.True(t, errors.Is(err, io.ErrUnexpectedEOF), "cut after %d bytes: %v", n, err)
	}
	for name, c := range map[string]struct {
		in   []byte
		want string
	}{
		"another file": {[]byte("go1.3 heap dump\n\x00"), `got header "go1.3 heap dump\n"`},
		"a tag":        {dumpOf(18), "record 1: got tag 18"},
		"a field":      {dumpOf(12, 1, "", 9), "got a field of kind 9"},
		"a text":       {dumpOf(4, 0, 0, 0, 0, 0, 0, 0, 0, 1<<40), "got a text of 1099511627776 bytes"},
		"a size":       {dumpOf(1, 0, 1<<60, 0), "unexpected EOF"},
		"a number":     {append([]byte(header), bytes.Repeat([]byte{0xff}, 11)...), "overflow"},
	} {
		_, err := read(c.in)
		require.Error(t, err, name)
		require.Contains(t, err.Error(), c.want, name)
	}
}

// A list of fields that is longer than the buffer is read to its end, wherever the buffer
// ends in it.
func TestReadLongList(t *testing.T) {
	for lead := range 4 {
		parts := []any{1, 0x1000, "12345678"[:8-lead]}
		for i := range 40_000 {
			parts = append(parts, 1+i%3, 8*i)
		}
		in := dumpOf(append(parts, 0, 1, 0x2000, "last", 0, 0)...)
		s, err := read(in)
		require.NoError(t, err)
		require.Equal(t, 2, len(s.objects))
		require.Equal(t, "last", string(s.objects[1].Data))
		for _, cut := range []int{len(in) / 2, len(in) / 3} { // in the list
			_, err = read(in[:cut])
			require.True(t, errors.Is(err, io.ErrUnexpectedEOF), "cut after %d bytes: %v", cut, err)
		}
	}
}

// The dump of this process has the goroutine that this test blocks, and the object that
// it holds.
func TestReadOwnDump(t *testing.T) {
	if strconv.IntSize != 64 || runtime.GOOS == "windows" {
		t.Skip("dumps are read where words have 64 bits and files can be removed while open")
	}
	f, err := os.CreateTemp(t.TempDir(), "")
	require.NoError(t, err)
	defer f.Close()
	stop, ended := make(chan struct{}), make(chan struct{})
	go func() { defer close(ended); <-stop }()
	debug.WriteHeapDump(f.Fd())
	close(stop)
	<-ended
	_, err = f.Seek(0, io.SeekStart)
	require.NoError(t, err)
	objects, waiting := 0, 0
	require.NoError(t, Read(f, Visitor{
		Object: func(Object) { objects++ }, MaxObject: 1 << 10,
		Goroutine: func(g Goroutine) {
			if g.WaitReason == "chan receive" {
				waiting++
			}
		},
	}))
	require.Greater(t, objects, 100)
	require.Positive(t, waiting)
}

func FuzzRead(f *testing.F) {
	f.Add(everything())
	f.Add([]byte(header + "\x01\xff\xff\xff\xff\xff\xff\xff\xff\x01"))
	f.Fuzz(func(t *testing.T, in []byte) {
		s, err := read(in)
		for _, o := range s.objects {
			require.True(t, len(o.Data) <= 8, "an object of %d bytes", len(o.Data))
		}
		if err == nil && len(in) <= len(header) {
			t.Fatalf("read %d bytes without an error", len(in))
		}
	})
}
