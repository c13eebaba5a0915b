package profiles

import (
	"bytes"
	"fmt"
	"unicode"
	"unicode/utf8"
)

// refuse is the error for data that is not a profile. cause may be nil.
func refuse(got string, cause error) error {
	const want = "want a whole pprof profile as runtime/pprof writes it with debug=0: take it again, or name another file"
	if cause == nil {
		return fmt.Errorf("got %s, %s", got, want)
	}
	return fmt.Errorf("got %s (%w), %s", got, cause, want)
}

// lookalikes are files that users pass in place of a profile, by their first bytes.
var lookalikes = []struct{ prefix, name string }{
	{"goroutine profile: total", "a profile as text (debug=1)"},
	{"goroutineleak profile: total", "a profile as text (debug=1)"},
	{"threadcreate profile: total", "a profile as text (debug=1)"},
	{"heap profile: ", "a profile as text (debug=1)"},
	{"--- ", "a profile as text (debug=1)"},
	{"goroutine ", "stacks as text (debug=2)"},
	{"go 1.", "an execution trace, for go tool trace"},
	{"{", "JSON"},
	{"<", "HTML or XML"},
	{"PK\x03\x04", "a zip archive"},
}

// describe says in a few words what data is that the parser has refused. raw is
// its decompressed form.
func describe(data, raw []byte) string {
	what := fmt.Sprintf("%d bytes", len(data))
	if isGzip(data) {
		what = fmt.Sprintf("gzip that holds %d bytes", len(raw))
	}
	if len(raw) == 0 {
		return what
	}
	for _, l := range lookalikes {
		if bytes.HasPrefix(raw, []byte(l.prefix)) {
			return what + " of " + l.name
		}
	}
	if start, ok := text(raw); ok {
		return fmt.Sprintf("%s of text that begins with %q", what, start)
	}
	if _, whole := countRecords(raw, maxRecords); !whole {
		return what + " that are not a protobuf message, or only a part of one"
	}
	return what + " of another protobuf message, or only a part of a profile"
}

// text returns the first characters of raw if raw is text.
func text(raw []byte) (start string, ok bool) {
	const enough = 24
	for i := 0; i < len(raw) && i < enough; {
		r, size := utf8.DecodeRune(raw[i:])
		if r == utf8.RuneError || !unicode.IsPrint(r) && !unicode.IsSpace(r) {
			return "", false
		}
		i += size
		start += string(r)
	}
	return start, true
}
