package hook

import (
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// encode appends a record as JSON: structs with the tags of encoding/json, of the kinds
// that records have. Package encoding/json itself adds about 400 KB (Go 1.27) to each test
// binary that does not use it, and linking them takes longer.
func encode(b []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.Bool:
		return strconv.AppendBool(b, v.Bool())
	case reflect.Int, reflect.Int64:
		return strconv.AppendInt(b, v.Int(), 10)
	case reflect.Uint64:
		return strconv.AppendUint(b, v.Uint(), 10)
	case reflect.Float64:
		return encodeFloat(b, v.Float())
	case reflect.String:
		return encodeString(b, v.String())
	case reflect.Struct:
		return encodeStruct(b, v)
	}
	switch {
	case v.IsNil():
		return append(b, "null"...)
	case v.Kind() == reflect.Pointer:
		return encode(b, v.Elem())
	case v.Kind() == reflect.Slice:
		return encodeSlice(b, v)
	}
	return encodeMap(b, v)
}

// encodeFloat appends null for what is no number.
func encodeFloat(b []byte, f float64) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return append(b, "null"...)
	}
	return strconv.AppendFloat(b, f, 'g', -1, 64)
}

// encodeString appends U+FFFD for what is not UTF-8.
func encodeString(b []byte, s string) []byte {
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r < ' ':
			b = fmt.Appendf(b, `\u%04x`, r)
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}

func encodeSlice(b []byte, v reflect.Value) []byte {
	b = append(b, '[')
	for i := range v.Len() {
		b = encode(comma(b), v.Index(i))
	}
	return append(b, ']')
}

// encodeMap appends a map whose keys are strings.
func encodeMap(b []byte, v reflect.Value) []byte {
	values := map[string]reflect.Value{}
	for _, key := range v.MapKeys() {
		values[key.String()] = v.MapIndex(key)
	}
	b = append(b, '{')
	for _, key := range slices.Sorted(maps.Keys(values)) {
		b = encode(append(encodeString(comma(b), key), ':'), values[key])
	}
	return append(b, '}')
}

func encodeStruct(b []byte, v reflect.Value) []byte {
	b = append(b, '{')
	for i := range v.NumField() {
		name, options, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		if options != "omitempty" || !empty(v.Field(i)) {
			b = encode(append(encodeString(comma(b), name), ':'), v.Field(i))
		}
	}
	return append(b, '}')
}

// empty is what encoding/json takes for an empty value.
func empty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}

// comma separates an element from the one before.
func comma(b []byte) []byte {
	if last := b[len(b)-1]; last == '[' || last == '{' {
		return b
	}
	return append(b, ',')
}
