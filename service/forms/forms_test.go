package forms

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"

	junitreader "github.com/joshdk/go-junit"

	"github.com/watertight-go/watertight/internal/hostile"
	"github.com/watertight-go/watertight/internal/plaintext"
	"github.com/watertight-go/watertight/internal/sarif/sariftest"
	"github.com/watertight-go/watertight/internal/screen"
	"github.com/watertight-go/watertight/service"
)

func render(t *testing.T, format string, r service.Result) string {
	t.Helper()
	var b bytes.Buffer
	write := Formats[format]
	if format == "terminal" {
		write = func(w io.Writer, r service.Result) error { return Text(w, r, Terminal{}) }
	}
	if err := write(&b, r); err != nil {
		t.Fatalf("%s: %v", format, err)
	}
	return b.String()
}

// Each form has the answer, the measures and the places.
func TestFormsTellAll(t *testing.T) {
	for name, want := range map[string][]string{
		"fixed":    {"15.0", "agents/waitgroup.go:37", "survives the faults"},
		"broken":   {"BROKEN", "agents/waitgroup.go:37", "2.0"},
		"better":   {"better, still leaking", "agents/waitgroup.go:41", "0.02"},
		"one":      {"FAILS", "8.2 KiB", "agents/waitgroup.go:41"},
		"troubled": {"it exits at once with code 3", "permission denied"},
		"died":     {"exited with code 2", "panic: too many", "it died in round 1"},
		"partial":  {"interrupted", "descriptors could not be counted"},
	} {
		for _, format := range []string{"terminal", "markdown", "html", "json", "junit", "sarif"} {
			got := strings.ReplaceAll(render(t, format, results[name]("")), `\`, "")
			for _, part := range want {
				if !strings.Contains(got, part) && !leftOut(name, format, part) {
					t.Errorf("%s of %s: got no %q:\n%.3000s", format, name, part, got)
				}
			}
		}
	}
}

// leftOut are parts that a form has no place for: in SARIF there is nothing of what is fixed
// or in order; JSON and SARIF have the whole name of a file.
func leftOut(name, format, part string) bool {
	switch format {
	case "sarif":
		return name == "fixed" || name == "partial" && part != "interrupted" || name == "died" && part == "it died in round 1"
	case "json":
		return strings.Contains(part, "waitgroup.go")
	case "junit":
		return name == "partial" && part != "interrupted"
	}
	return false
}

// Strings that try to break out stay text.
func TestHostileNames(t *testing.T) {
	for _, s := range hostile.Strings {
		for name, make := range results {
			r := make(s)
			for line := range strings.Lines(render(t, "terminal", r)) {
				if strings.ContainsAny(line, "\x1b\x00\x07\r\u202e") || plaintext.Width(strings.TrimSuffix(line, "\n")) > screen.Widest {
					t.Errorf("text of %s with %.40q: got the line %.200q", name, s, line)
				}
			}
			if page := render(t, "html", r); strings.Contains(page, "<script>alert") || strings.Contains(page, "\x1b") {
				t.Errorf("html of %s with %.40q: the name became markup", name, s)
			}
			for line := range strings.Lines(render(t, "markdown", r)) {
				code := strings.HasPrefix(line, "    ")
				if strings.Contains(line, "<script>") && !code || strings.Contains(line, "\x1b") || strings.HasPrefix(line, "# heading") {
					t.Errorf("markdown of %s with %.40q: the name became markup: %s", name, s, line)
				}
			}
			if err := sariftest.Check(render(t, "sarif", r)); err != nil {
				t.Errorf("sarif of %s with %.40q: %v", name, s, err)
			}
			checkJUnit(t, s, render(t, "junit", r))
		}
	}
}

func checkJUnit(t *testing.T, name, text string) {
	t.Helper()
	if _, err := junitreader.Ingest([]byte(text)); err != nil {
		t.Errorf("junit with %.40q: %v", name, err)
	}
	for d := xml.NewDecoder(strings.NewReader(text)); ; {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("junit with %.40q: %v", name, err)
		}
	}
}

func TestJSONReadsBack(t *testing.T) {
	for name, make := range results {
		want := make("")
		var got service.Result
		if err := json.Unmarshal([]byte(render(t, "json", want)), &got); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, %v, want what was written", name, got, err)
		}
	}
}

// What the last version leaves is an error for code scanning; what only the version before
// leaves is not there.
func TestSARIFNamesWhatFails(t *testing.T) {
	for name, want := range map[string]string{
		"broken": `"ruleId": "WTS1"`, "better": `"ruleId": "WTS1"`, "one": `"ruleId": "WTS2"`, "died": `"ruleId": "WTS4"`,
		"fixed": "", "troubled": "", "partial": "", "innocent": "",
	} {
		got := render(t, "sarif", results[name](""))
		if n := strings.Count(got, `"ruleId"`); want == "" && n > 0 || want != "" && (n != 1 || !strings.Contains(got, want)) {
			t.Errorf("%s: got %d results, want %q:\n%.2000s", name, n, want, got)
		}
	}
}

// A measure that the last version fails is a failure, one that could not be told an error.
func TestJUnitCounts(t *testing.T) {
	for name, want := range map[string][2]int{
		"fixed": {0, 0}, "broken": {3, 0}, "better": {2, 0}, "one": {2, 0}, "troubled": {0, 3}, "died": {1, 0}, "partial": {0, 2}, "innocent": {0, 0},
	} {
		text := render(t, "junit", results[name](""))
		if got := [2]int{strings.Count(text, "<failure"), strings.Count(text, "<error")}; got != want {
			t.Errorf("%s: got %v failures and errors, want %v:\n%.3000s", name, got, want, text)
		}
	}
}
