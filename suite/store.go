package suite

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// Encode writes the stored form, which Decode reads.
func (r Result) Encode(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(r); err != nil {
		return fmt.Errorf("suite: write JSON: %w", err)
	}
	return nil
}

// ErrOther says that a file is no result of tests, but may be JSON of another kind.
var ErrOther = errors.New("no result of stress test")

// Load reads a result that Encode stored in a file.
func Load(path string) (Result, error) {
	f, err := os.Open(path)
	if err != nil {
		return Result{}, fmt.Errorf("suite: load: %w", err)
	}
	defer f.Close()
	r, err := Decode(f)
	if err != nil {
		return Result{}, fmt.Errorf("suite: load %q: %w", path, err)
	}
	return r, nil
}

// Decode reads a result from its stored form. It refuses what is cut short, is of another
// kind, or has another major version.
func Decode(in io.Reader) (Result, error) {
	raw, err := io.ReadAll(in)
	if err != nil {
		return Result{}, err
	}
	var head struct {
		Schema string `json:"schema"`
	}
	switch err := json.Unmarshal(raw, &head); {
	case errors.As(err, new(*json.SyntaxError)):
		return Result{}, fmt.Errorf("%w: got a file that is no JSON or is cut short, want schema %q: run stress test -o again", ErrOther, Schema)
	case err != nil || head.Schema != Schema && !strings.HasPrefix(head.Schema, Schema+"."):
		return Result{}, fmt.Errorf("%w: got schema %.60q, want %q", ErrOther, head.Schema, Schema)
	}
	var r Result
	if err := json.Unmarshal(raw, &r); err != nil {
		return Result{}, fmt.Errorf("got JSON that is no result (%w), want one that stress test -o wrote", err)
	}
	if len(r.After.Runs) == 0 {
		return Result{}, errors.New("got a result without a run, want one or more")
	}
	return r, nil
}
