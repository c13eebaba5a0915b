package attach

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
)

// ErrOther says that a file is no result of a watch, but may be another one.
var ErrOther = errors.New("no result of stress attach")

// Load reads a Result that was stored as JSON. It refuses other files with
// ErrOther.
func Load(file string) (Result, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return Result{}, err
	}
	var head struct{ Schema string }
	if err := json.Unmarshal(text, &head); err != nil || head.Schema != Schema {
		return Result{}, fmt.Errorf("%w: %s: got the schema %.60q, want %q", ErrOther, file, head.Schema, Schema)
	}
	var r Result
	if err := json.Unmarshal(text, &r); err != nil {
		return Result{}, fmt.Errorf("%s: got JSON that is no result (%w), want one that stress attach -o wrote", file, err)
	}
	return r, nil
}
