// Package stored reads and writes results as JSON, each with the name and version of its
// schema in the field schema.
package stored

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

// ErrOther says that a file has another schema.
var ErrOther = errors.New("another kind of file")

// Read reads a file with a schema into result, which command wrote. It refuses other files
// with ErrOther.
func Read(file, schema, command string, result any) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var head struct{ Schema string }
	if err := json.Unmarshal(text, &head); err != nil || head.Schema != schema {
		return fmt.Errorf("%w: %s: got the schema %.60q, want %q", ErrOther, file, head.Schema, schema)
	}
	if err := json.Unmarshal(text, result); err != nil {
		return fmt.Errorf("%s: got JSON that is no result (%w), want one that %s -o wrote", file, err, command)
	}
	return nil
}

// Write writes a result with all that it holds.
func Write(w io.Writer, result any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(result)
}
