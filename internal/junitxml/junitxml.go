// Package junitxml writes JUnit XML.
package junitxml

import (
	"io"

	"github.com/jstemmer/go-junit-report/v2/junit"
)

// Write writes the suites as a document, with its first line.
func Write(w io.Writer, all junit.Testsuites) error {
	if _, err := io.WriteString(w, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"); err != nil {
		return err
	}
	return all.WriteXML(w)
}
