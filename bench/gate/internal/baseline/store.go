package baseline

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

const remedy = "write one with `stress baseline -o FILE`"

// Load reads a file that Save wrote.
func Load(path string) (*File, error) {
	data, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("gate: baseline: no file %q; %s", path, remedy)
	case err != nil:
		return nil, fmt.Errorf("gate: baseline: %w", err)
	}
	f, err := Decode(data)
	if err != nil {
		return nil, fmt.Errorf("gate: baseline %q: %w; %s", path, err, remedy)
	}
	return f, nil
}

// Save writes the file to path. A concurrent reader finds the old file or the
// new one.
func (f *File) Save(path string) error {
	data, err := f.Encode()
	if err != nil {
		return err
	}
	return replace(path, data)
}

// Encode is the file's text. It is sorted, with each row on a line of its own,
// so that a diff shows what changed.
func (f *File) Encode() ([]byte, error) {
	var out bytes.Buffer
	fmt.Fprintf(&out, "{\n\"schema\": %q,\n\"sets\": [", Schema)
	for i, s := range f.Sets {
		if i > 0 {
			out.WriteString(",")
		}
		if err := s.encode(&out); err != nil {
			return nil, fmt.Errorf("gate: baseline: %w", err)
		}
	}
	out.WriteString("\n]\n}\n")
	return out.Bytes(), nil
}

func (s Set) encode(out *bytes.Buffer) error {
	var errs []error
	line := func(v any) string {
		data, err := json.Marshal(v)
		errs = append(errs, err)
		return string(data)
	}
	fmt.Fprintf(out, "\n{\n\"key\": %s,\n\"machine\": %s", line(s.Key), line(s.Machine))
	list := func(name string, n int, row func(int) any) {
		fmt.Fprintf(out, ",\n%q: [", name)
		for i := range n {
			if i > 0 {
				out.WriteString(",")
			}
			out.WriteString("\n" + line(row(i)))
		}
		out.WriteString("\n]")
	}
	list("cells", len(s.Cells), func(i int) any { return s.Cells[i] })
	list("costs", len(s.Costs), func(i int) any { return s.Costs[i] })
	list("times", len(s.Times), func(i int) any { return s.Times[i] })
	out.WriteString("\n}")
	return errors.Join(errs...)
}

func replace(path string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".tmp-")
	if err != nil {
		return fmt.Errorf("gate: write %q: the folder must exist and be writable: %w", path, err)
	}
	defer os.Remove(f.Name()) // fails, and may, after the rename
	_, err = f.Write(data)
	if err := errors.Join(err, f.Chmod(0o644), f.Close()); err != nil {
		return fmt.Errorf("gate: write %q: %w", path, err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return fmt.Errorf("gate: write %q: %w", path, err)
	}
	return nil
}
