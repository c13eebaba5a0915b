package hook

import (
	"encoding/json"
	"math"
	"reflect"
	"testing"

	"github.com/watertight-go/watertight/leak/internal/require"
)

// encoding/json reads what is written, of a record in which each field has a value, and
// of one in which none has.
func TestEncode(t *testing.T) {
	for _, v := range []any{&Record{}, &Process{}} {
		requireReadAgain(t, v)
		n := 0
		fill(t, reflect.ValueOf(v).Elem(), &n)
		require.Equal(t, true, n > 10)
		requireReadAgain(t, v)
	}
}

// requireReadAgain writes what a pointer points to, and reads it.
func requireReadAgain(t *testing.T, v any) {
	t.Helper()
	text := encode(nil, reflect.ValueOf(v))
	again := reflect.New(reflect.TypeOf(v).Elem()).Interface()
	require.NoError(t, json.Unmarshal(text, again))
	// The library's own text, since an empty slice is nil when it is read.
	want, err := json.Marshal(v)
	require.NoError(t, err)
	got, err := json.Marshal(again)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got))
}

// fill gives each field a value that no other one has. A kind that is not written fails.
func fill(t *testing.T, v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(-*n))
	case reflect.Uint64:
		v.SetUint(math.MaxUint64 - uint64(*n))
	case reflect.Float64:
		v.SetFloat(1e6 / float64(*n))
	case reflect.String:
		v.SetString("a \"quoted\"\n\x01\\ \u2028 <é> " + string(rune('a'+*n%26)))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(t, v.Index(0), n)
		fill(t, v.Index(1), n)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for _, key := range []string{"b", "a"} {
			value := reflect.New(v.Type().Elem()).Elem()
			fill(t, value, n)
			v.SetMapIndex(reflect.ValueOf(key), value)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i), n)
		}
	default:
		t.Errorf("%s is not written", v.Type())
	}
}

// What JSON cannot hold loses no record.
func TestEncodeOdd(t *testing.T) {
	for want, v := range map[string]any{
		`[null,null,null]`: []float64{math.NaN(), math.Inf(1), math.Inf(-1)},
		"\"a\ufffdb\"":     "a\xffb",
		`1e+300`:           1e300,
	} {
		require.Equal(t, want, string(encode(nil, reflect.ValueOf(v))))
	}
}
