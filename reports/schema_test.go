package reports_test

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/reports"
)

// TestSchemaNamesEveryField compares SCHEMA.md with the types: each JSON field has
// a row under the heading of its type, and there are no other rows.
func TestSchemaNamesEveryField(t *testing.T) {
	data, err := os.ReadFile("SCHEMA.md")
	require.NoError(t, err)
	documented := map[string][]string{}
	heading := ""
	for l := range strings.Lines(string(data)) {
		l = strings.TrimSpace(l)
		if name, found := strings.CutPrefix(l, "## "); found {
			heading = name
		}
		if rest, found := strings.CutPrefix(l, "| `"); found {
			name, rest, _ := strings.Cut(rest, "` | ")
			kind, meaning, _ := strings.Cut(rest, " | ")
			require.NotEmpty(t, kind, "%s.%s", heading, name)
			require.Greater(t, len(meaning), 5, "%s.%s", heading, name)
			documented[heading] = append(documented[heading], name)
		}
	}
	want := map[string][]string{}
	collect(reflect.TypeFor[reports.Report](), want)
	require.Equal(t, want, documented)
	require.Contains(t, string(data), "`"+reports.Schema+"`")
}

// collect lists the JSON fields of t and of all types in it, in order.
func collect(t reflect.Type, into map[string][]string) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		collect(t.Elem(), into)
		return
	case reflect.Struct:
	default:
		return
	}
	if _, seen := into[t.String()]; seen || t.PkgPath() == "time" {
		return
	}
	into[t.String()] = nil
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" {
			name = f.Name
		}
		into[t.String()] = append(into[t.String()], name)
		collect(f.Type, into)
	}
}
