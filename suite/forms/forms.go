// Package forms writes what the tests of a module left behind, in the forms that people
// and machines read. It knows nothing but the suite.Result, runs nothing and reads no
// file. Names and paths in a result may hold anything: no form lets them become markup,
// commands or escape sequences.
package forms

import (
	"io"

	"github.com/watertight-go/watertight/suite"
)

// Formats are the forms besides Text, by name.
var Formats = map[string]func(io.Writer, suite.Result) error{
	"markdown":    Markdown,
	"html":        HTML,
	"json":        JSON,
	"junit":       JUnit,
	"sarif":       SARIF,
	"annotations": Annotations,
}
