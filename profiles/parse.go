package profiles

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/google/pprof/profile"
)

// These bounds keep a small file from filling the memory: it needs about 3 GiB at
// worst. A goroutine profile of a million goroutines, each with its own label
// value, is below both. A large file may hold more.
const (
	// maxSize bounds a profile in bytes, both stored and decompressed.
	maxSize = 64 << 20
	// maxInflated bounds what a large file may hold, maxInflation by how much it may grow:
	// profiles shrink to a half or a quarter.
	maxInflated  = 512 << 20
	maxInflation = 8
	// maxRecords bounds the number of its fields, including those of samples and
	// locations. The parser needs up to 200 bytes for a field of two.
	maxRecords = 8 << 20
)

// most is the largest size of what a file of so many bytes holds.
func most(stored int) int { return max(maxSize, min(maxInflation*stored, maxInflated)) }

// Read reads the profile in the file path. See Parse.
func Read(path string) (*Profile, error) {
	data, err := readFile(path)
	if err != nil {
		return nil, fmt.Errorf("profiles: read: %w", err)
	}
	p, err := parse(data)
	if err != nil {
		return nil, fmt.Errorf("profiles: read %s: %w", path, err)
	}
	return p, nil
}

// Parse reads a profile of any kind from its protobuf form, compressed with gzip
// or not. It keeps no reference to data. It returns an error that describes data
// if data is empty, cut short, in another format, above 64 MiB, or a small file that holds
// more.
func Parse(data []byte) (*Profile, error) {
	p, err := parse(bytes.Clone(data))
	if err != nil {
		return nil, fmt.Errorf("profiles: parse: %w", err)
	}
	return p, nil
}

// readFile reads at most one byte more than maxSize, which parse refuses. The file
// may be a device without an end.
func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxSize+1))
}

// parse is Parse. It keeps a reference to data.
func parse(data []byte) (*Profile, error) {
	raw, err := inflate(data)
	if err != nil {
		return nil, err
	}
	if n, _ := countRecords(raw, maxRecords); n > maxRecords {
		return nil, refuse(fmt.Sprintf("more than %d records", maxRecords), nil)
	}
	proto, err := decode(raw)
	if err != nil {
		return nil, refuse(describe(data, raw), err)
	}
	if len(proto.SampleType) == 0 {
		return nil, refuse(describe(data, raw), errors.New("it names no sample type"))
	}
	if !isGzip(data) {
		data = deflate(raw)
	}
	return &Profile{proto: proto, encoded: data}, nil
}

// decode calls pprof's parser for the protobuf form. profile.Parse would also try
// the text forms of other tools. A panic in the parser becomes an error.
func decode(raw []byte) (proto *profile.Profile, err error) {
	err = contain(func() error {
		if proto, err = profile.ParseUncompressed(raw); err != nil {
			return err
		}
		return proto.CheckValid()
	})
	return proto, err
}

// contain turns a panic of f into an error.
func contain(f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the parser panicked: %v", r)
		}
	}()
	return f()
}

func isGzip(data []byte) bool { return bytes.HasPrefix(data, []byte{0x1f, 0x8b}) }

// inflate decompresses data. It returns data itself if it is not compressed.
func inflate(data []byte) ([]byte, error) {
	if len(data) > maxSize {
		return nil, refuse(fmt.Sprintf("more than %d MiB", maxSize>>20), nil)
	}
	if !isGzip(data) {
		return data, nil
	}
	zr, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, refuse(fmt.Sprintf("%d bytes of gzip without a whole header", len(data)), err)
	}
	limit := most(len(data))
	raw, err := io.ReadAll(io.LimitReader(zr, int64(limit)+1))
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, refuse(fmt.Sprintf("gzip that is cut short after %d bytes", len(data)), err)
	case err != nil:
		return nil, refuse(fmt.Sprintf("%d bytes of gzip that are damaged", len(data)), err)
	case len(raw) > limit:
		return nil, refuse(fmt.Sprintf("%d bytes of gzip that hold more than %d MiB", len(data), limit>>20), nil)
	}
	return raw, nil
}

func deflate(raw []byte) []byte {
	var buf bytes.Buffer
	zw := gzip.NewWriter(&buf)
	// A write to a bytes.Buffer does not fail.
	_, _ = zw.Write(raw)
	_ = zw.Close()
	return buf.Bytes()
}
