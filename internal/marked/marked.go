// Package marked replaces the part of a document between two marks, so that
// programs can write their results into documents that people write:
//
//	<!-- NAME: begin (written by `make ...`) -->
//	...
//	<!-- NAME: end -->
package marked

import (
	"fmt"
	"os"
	"strings"
)

// Replace returns the document with part between the marks of a name. It fails
// where the document does not have both marks, each on a line of its own.
func Replace(document, name, part string) (string, error) {
	begin, end := "<!-- "+name+": begin", "<!-- "+name+": end"
	_, rest, ok := strings.Cut(document, begin)
	first, rest, ok2 := strings.Cut(rest, "\n")
	_, after, ok3 := strings.Cut(rest, end)
	if !ok || !ok2 || !ok3 {
		return "", fmt.Errorf("marked: got no lines %q and, below it, %q, want both", begin, end)
	}
	before := document[:strings.Index(document, begin)]
	return before + begin + first + "\n" + part + end + after, nil
}

// ReplaceFile is Replace for a file.
func ReplaceFile(file, name, part string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("marked: %w", err)
	}
	text, err := Replace(string(data), name, part)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		return fmt.Errorf("marked: %w", err)
	}
	return nil
}
