package reports

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/watertight-go/watertight/internal/atomicfile"
	"github.com/watertight-go/watertight/internal/plaintext"
)

// remedy tells a reader what to do about a report that cannot be read.
const remedy = "render the report.json of a run of stress, or run stress again"

// Encode writes the stored form, which Decode reads.
func (r *Report) Encode(w io.Writer) error {
	if r == nil {
		return errors.New("reports: encode: got no report, want one")
	}
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("reports: encode: %w", err)
	}
	if _, err := w.Write(append(data, '\n')); err != nil {
		return fmt.Errorf("reports: write: %w", err)
	}
	return nil
}

// Save stores the report in a file, whose folder must exist. The file is written
// whole or not at all: on an error the old file stays.
func (r *Report) Save(path string) error {
	err := atomicfile.Write(path, r.Encode)
	if err != nil {
		return fmt.Errorf("reports: save %q: want a folder that can be written and has room: %w", path, err)
	}
	return nil
}

// Load reads a report that Save stored. Its errors name the file; for the rest
// they are Decode's.
func Load(path string) (*Report, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reports: load: %w; %s", err, remedy)
	}
	defer f.Close()
	r, err := decode(f)
	if err != nil {
		return nil, fmt.Errorf("reports: load %q: %w; %s", path, err, remedy)
	}
	return r, nil
}

// Decode reads a report from its stored form. It ignores fields that it does not
// know, which a later minor version may have. It refuses, in one sentence, what
// is no report, is incomplete, has another major version, or refers to executors
// or scenarios that are not in it.
func Decode(in io.Reader) (*Report, error) {
	r, err := decode(in)
	if err != nil {
		return nil, fmt.Errorf("reports: decode: %w; %s", err, remedy)
	}
	return r, nil
}

func decode(in io.Reader) (*Report, error) {
	d := json.NewDecoder(in)
	var raw json.RawMessage
	switch err := d.Decode(&raw); {
	case errors.Is(err, io.EOF):
		return nil, fmt.Errorf("got nothing, want a report in JSON, schema %q", Schema)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, fmt.Errorf("got a file that ends within its JSON, want a whole report, schema %q", Schema)
	case err != nil && !errors.As(err, new(*json.SyntaxError)):
		return nil, fmt.Errorf("got a file that cannot be read, want a report: %w", err)
	case err != nil:
		return nil, fmt.Errorf("got no JSON (%s), want a report, schema %q", plaintext.Clean(err.Error()), Schema)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("got more after the report's end, want one report and nothing else")
	}
	if err := checkSchema(raw); err != nil {
		return nil, err
	}
	r := &Report{}
	if err := json.Unmarshal(raw, r); err != nil {
		return nil, fmt.Errorf("got a field of another type (%s), want a report, schema %q", plaintext.Clean(err.Error()), Schema)
	}
	if err := r.check(); err != nil {
		return nil, err
	}
	return r, nil
}

// checkSchema checks the version before any other field is read: another major
// version may have other fields.
func checkSchema(raw json.RawMessage) error {
	var head struct {
		Schema *string `json:"schema"`
	}
	if err := json.Unmarshal(raw, &head); err != nil || head.Schema == nil {
		return fmt.Errorf("got JSON without a schema, want a report, schema %q", Schema)
	}
	// A minor version may follow the major, as in "watertight.report/1.2".
	if got := *head.Schema; got != Schema && !strings.HasPrefix(got, Schema+".") {
		return fmt.Errorf("got schema %q, want %q", plaintext.Limit(got, 60), Schema)
	}
	return nil
}
