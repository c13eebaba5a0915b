// Package relocate moves the paths that a value holds into another folder, wherever in it
// they are: in its fields, and within texts such as stacks.
package relocate

import (
	"bytes"
	"encoding/json"
)

// Paths is a value, as JSON has it, in which paths below one folder are below another. An
// empty folder moves nothing.
func Paths[T any](value T, from, to string) (T, error) {
	if from == "" || to == "" || from == to {
		return value, nil
	}
	text, err := json.Marshal(value)
	if err != nil {
		return value, err
	}
	// A path ends with its string, or goes on with a separator or a colon.
	for _, end := range []string{`/`, `\\`, `"`, `:`} {
		text = bytes.ReplaceAll(text, []byte(quoted(from)+end), []byte(quoted(to)+end))
	}
	var there T
	err = json.Unmarshal(text, &there)
	return there, err
}

// quoted is a path as it is within a JSON string.
func quoted(path string) string {
	text, _ := json.Marshal(path) // a string cannot fail
	return string(text[1 : len(text)-1])
}
