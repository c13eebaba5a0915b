// Package sariftest validates SARIF by its schema. Only tests import it.
package sariftest

import (
	"bytes"
	_ "embed"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// published is the schema that OASIS published, as @microsoft/jest-sarif distributes it.
//
//go:embed sarif-schema-2.1.0.json
var published []byte

// Check validates a text as SARIF 2.1.0.
func Check(text string) error {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(published))
	if err != nil {
		return err
	}
	const name = "sarif-schema-2.1.0.json"
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource(name, document); err != nil {
		return err
	}
	schema, err := compiler.Compile(name)
	if err != nil {
		return err
	}
	if document, err = jsonschema.UnmarshalJSON(strings.NewReader(text)); err != nil {
		return err
	}
	return schema.Validate(document)
}
