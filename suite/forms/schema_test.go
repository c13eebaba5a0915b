package forms

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/suite"
)

const schemaFile = "schema.json"

// schema.json is made of the types and their comments, so that it names every field.
func TestSchemaIsThatOfTheTypes(t *testing.T) {
	got, err := json.MarshalIndent(newSchema(t), "", "  ")
	require.NoError(t, err)
	got = append(got, '\n')
	if *rewrite {
		require.NoError(t, os.WriteFile(schemaFile, got, 0o644))
	}
	want, err := os.ReadFile(schemaFile)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got), "a type has changed: go test ./suite/forms -update writes schema.json anew")
}

// What JSON writes keeps the schema.
func TestJSONKeepsTheSchema(t *testing.T) {
	schema := compiled(t)
	for name, r := range all() {
		if len(r.After.Runs) == 0 {
			continue // an empty result is never written
		}
		text := rendered(t, JSON, r)
		if name == "hostile" { // its verdicts and outcomes are no known ones
			require.Error(t, valid(schema, text))
			continue
		}
		require.NoError(t, valid(schema, text), name)
	}
}

func TestViolationsOfTheSchemaAreNoticed(t *testing.T) {
	schema := compiled(t)
	good := rendered(t, JSON, compared())
	for from, to := range map[string]string{
		`"schema": "watertight.tests/1"`: `"schema": "watertight.tests/2"`,
		`"verdict": "new"`:               `"verdict": "dreadful"`,
		`"class": "blocked"`:             `"class": 3`,
		`"runs": [`:                      `"ran": [`,
		`"count": 1,`:                    `"count": "one",`,
		`"outcome": "pass"`:              `"outcome": "perhaps"`,
	} {
		require.Contains(t, good, from)
		require.Error(t, valid(schema, strings.Replace(good, from, to, 1)), to)
	}
}

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile(schemaFile)
	require.NoError(t, err)
	return schema
}

func valid(schema *jsonschema.Schema, text string) error {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader([]byte(text)))
	if err != nil {
		return err
	}
	return schema.Validate(document)
}

// object is a part of a schema.
type object = map[string]any

// newSchema is the schema of a result.
func newSchema(t *testing.T) object {
	d := definitions{docs: commentsOf(t, "..", "../../leak"), types: object{}}
	root := d.of(reflect.TypeFor[suite.Result]())
	return object{
		"$schema": "https://json-schema.org/draft/2020-12/schema",
		"$id":     "https://raw.githubusercontent.com/watertight-go/watertight/main/suite/forms/schema.json",
		"title":   "What stress test found", "$ref": root["$ref"], "$defs": d.types,
	}
}

// definitions are the types of a schema, by name.
type definitions struct {
	docs  comments
	types object
}

// enums are the values of the types that have few. The schema's own version is one, too.
var enums = map[reflect.Type][]any{
	reflect.TypeFor[suite.Verdict](): {suite.Found, suite.New, suite.Fixed, suite.Stays, suite.Moved, suite.Flaky, suite.NotComparable, suite.Known, suite.Expired},
	reflect.TypeFor[suite.Outcome](): {"", suite.Passed, suite.Failed, suite.Skipped, suite.NotEnded},
	reflect.TypeFor[leak.Class]():    {"", leak.Proven, leak.Blocked, leak.Waiting, leak.Running},
}

// of is the schema of a type.
func (d definitions) of(t reflect.Type) object {
	if values, ok := enums[t]; ok {
		return object{"enum": values}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return d.of(t.Elem())
	case reflect.Slice:
		return object{"type": []any{"array", "null"}, "items": d.of(t.Elem())}
	case reflect.Map:
		return object{"type": "object", "additionalProperties": d.of(t.Elem())}
	case reflect.String:
		return object{"type": "string"}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Float64:
		return object{"type": "number"}
	case reflect.Struct:
		if t == reflect.TypeFor[time.Time]() {
			return object{"type": "string", "format": "date-time"}
		}
		return d.named(t)
	}
	return object{"type": "integer"}
}

// named puts a struct among the definitions.
func (d definitions) named(t reflect.Type) object {
	name := t.Name()
	if d.types[name] == nil {
		fields, required := object{}, []any{}
		d.types[name] = object{"type": "object", "properties": fields, "required": &required, "additionalProperties": false, "description": d.docs[name]}
		d.fields(t, fields, &required)
	}
	return object{"$ref": "#/$defs/" + name}
}

// fields adds those of a struct. Embedded ones stand among the others.
func (d definitions) fields(t reflect.Type, into object, required *[]any) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "":
			d.fields(f.Type, into, required)
			continue
		case name == "-" || !f.IsExported():
			continue
		case name == "":
			name = f.Name
		}
		s := d.of(f.Type)
		if doc := d.docs[t.Name()+"."+f.Name]; doc != "" {
			s["description"] = doc
		}
		if t == reflect.TypeFor[suite.Result]() && name == "schema" {
			s = object{"type": "string", "pattern": `^watertight\.tests/1(\.|$)`, "description": s["description"]}
		}
		into[name] = s
		if !strings.Contains(options, "omit") {
			*required = append(*required, name)
		}
	}
}
