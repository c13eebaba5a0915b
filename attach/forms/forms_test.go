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
	"time"

	"github.com/watertight-go/watertight/attach"
	"github.com/watertight-go/watertight/internal/hostile"
	"github.com/watertight-go/watertight/internal/plaintext"
	"github.com/watertight-go/watertight/internal/sarif/sariftest"
	"github.com/watertight-go/watertight/internal/screen"
)

// result has a finding of each verdict and kind, and trouble.
func result(name string) attach.Result {
	site := attach.Site{Function: "example.com/shop/cart.(*Cart).watch.func1" + name, File: "/srv/shop/cart/cart.go" + name, Line: 31, Owner: "own"}
	stack := []attach.Frame{{Function: "runtime.gopark", File: "/go/src/runtime/proc.go", Line: 3}, {Function: "runtime.chansend1", File: "/go/src/runtime/chan.go", Line: 3}, {Function: "main.send" + name, File: "/srv/send.go", Line: 9}, {Function: site.Function, File: site.File, Line: 31}}
	grown := []attach.Growth{{Instance: "http://a:1" + name, Verdict: attach.Leak, PerSecond: 10, First: 5, Last: 1205, Curve: []attach.Point{{At: 0, Value: 5}, {At: 60, Value: 605}, {At: 120, Value: 1205}}}}
	return attach.Result{
		Schema: attach.Schema, Tool: "stress v1" + name, Began: time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC), Took: 240,
		Instances: []attach.Summary{{Name: "http://a:1" + name, Builds: []string{"b1" + name}, Polls: 120, Interval: 2, First: 20, Last: 1240, Rate: 10, Problems: []string{"nothing is proven: no reason" + name},
			Flames: []attach.Flame{{Depth: 0, Function: site.Function, Before: 5, After: 1205}, {Depth: 1, Function: "main.send" + name, Before: 5, After: 1205}, {Depth: 0, Function: "main.serve", Before: 15, After: 15}}}},
		Findings: []attach.Finding{
			{Kind: attach.Goroutines, Site: site, Verdict: attach.Leak, Proven: 1200, PerSecond: 10, Low: 9.8, High: 10.2, PerRequest: 1, Creator: &attach.Frame{Function: "main.start" + name, File: "/srv/start.go", Line: 4}, Stack: stack, With: []string{"net/http.(*persistConn).readLoop"}, Processes: grown},
			{Kind: attach.Goroutines, Site: site, Verdict: attach.ProvenOnly, Proven: 3, Stack: stack, Processes: grown},
			{Kind: attach.Descriptors, Site: attach.Site{Function: "open descriptors of the process"}, Verdict: attach.Suspected, PerSecond: 0.02, Low: 0.01, High: 0.03, PerRequest: 0.002, Processes: grown, Why: "the watch was too short" + name},
			{Kind: attach.Heap, Site: site, Verdict: attach.Unknown, PerSecond: 204800, Low: 1, High: 409600, Processes: grown, Stack: stack},
			{Kind: attach.Heap, Site: site, Verdict: attach.Known, PerSecond: 204800, Processes: grown, Accepted: "accepted until 2027-01-01: why" + name},
		},
		Notes: []string{"http://a:1" + name + ": no answer within 15s"}, Hints: []string{"a hint" + name}, Partial: "interrupted",
	}
}

func render(t *testing.T, format string, r attach.Result) string {
	t.Helper()
	var b bytes.Buffer
	if err := Formats[format](&b, r); err != nil {
		t.Fatalf("%s: %v", format, err)
	}
	return b.String()
}

func text(t *testing.T, r attach.Result, to Terminal) string {
	t.Helper()
	var b bytes.Buffer
	if err := Text(&b, r, to); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Each form names each finding, with what is known of it.
func TestFormsNameTheFindings(t *testing.T) {
	r := result("")
	for name, form := range map[string]string{
		"text": text(t, r, Terminal{}), "markdown": render(t, "markdown", r), "html": render(t, "html", r), "sarif": render(t, "sarif", r), "junit": render(t, "junit", r), "json": render(t, "json", r),
	} {
		for _, want := range []string{"1200", "start.go", "open descriptors", "no answer within 15s", "interrupted", "accepted until 2027-01-01"} {
			if !strings.Contains(form, want) {
				t.Errorf("%s: got no %q:\n%.3000s", name, want, form)
			}
		}
	}
}

func TestTextIsCalm(t *testing.T) {
	got := text(t, result(""), Terminal{})
	if want := "1 leak, 1 stuck place, 1 suspected leak, 1 unclear rise, 1 known leak: 1 instance, watched for 4.0 min"; !strings.HasPrefix(strings.ReplaceAll(got, "\n", " "), strings.ReplaceAll(want, "4.0 min", "4.0")) {
		t.Errorf("got %.100q, want the answer first: %q", got, want)
	}
	for _, want := range []string{"LEAK, proven  10.0 ± 0.20", "1 in 500", "it waits in main.send", "rises together with http.(*persistConn).readLoop", "Next: "} {
		if !strings.Contains(got, want) {
			t.Errorf("got no %q in:\n%s", want, got)
		}
	}
	for line := range strings.Lines(got) {
		if plaintext.Width(strings.TrimSuffix(line, "\n")) > screen.Widest {
			t.Errorf("got a line of more than %d columns: %s", screen.Widest, line)
		}
	}
	nothing := attach.Result{Instances: []attach.Summary{{Name: "a", Polls: 60}}, Took: 240}
	if got := text(t, nothing, Terminal{}); !strings.HasPrefix(got, "nothing leaks: 1 instance") {
		t.Errorf("got %q, want nothing leaks", got)
	}
	nothing.Notes = []string{"a: 3 profiles"}
	if got := text(t, nothing, Terminal{Color: true}); !strings.Contains(got, "could not tell") || !strings.Contains(got, "\x1b[1;33m") {
		t.Errorf("got %q, want that it could not tell, in yellow", got)
	}
}

// Names that try to break out stay text.
func TestHostileNames(t *testing.T) {
	for _, s := range hostile.Strings {
		r := result(s)
		for line := range strings.Lines(text(t, r, Terminal{})) {
			if strings.ContainsAny(line, "\x1b\x00\x07\r\u202e") || plaintext.Width(strings.TrimSuffix(line, "\n")) > screen.Widest {
				t.Errorf("text with %.40q: got the line %.200q", s, line)
			}
		}
		if page := render(t, "html", r); strings.Contains(page, "<script>alert") || strings.Contains(page, "\x1b") {
			t.Errorf("html with %.40q: the name became markup", s)
		}
		for line := range strings.Lines(render(t, "markdown", r)) {
			if code := strings.HasPrefix(line, "    "); strings.Contains(line, "<script>") && !code || strings.Contains(line, "\x1b") || strings.HasPrefix(line, "# heading") {
				t.Errorf("markdown with %.40q: the name became markup: %s", s, line)
			}
		}
		if err := sariftest.Check(render(t, "sarif", r)); err != nil {
			t.Errorf("sarif with %.40q: %v", s, err)
		}
		checkXML(t, s, render(t, "junit", r))
	}
}

func checkXML(t *testing.T, name, text string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(text))
	for {
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
	want := result("")
	var got attach.Result
	if err := json.Unmarshal([]byte(render(t, "json", want)), &got); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v, want what was written", got, err)
	}
}

// The page loads nothing, and its curves and flames have sizes.
func TestPage(t *testing.T) {
	page := render(t, "html", result(""))
	for _, want := range []string{"<polyline points=\"0.0,90.0 280.0,45.0 560.0,0.0 \"", `class="grew2"`, "default-src &#39;none&#39;"} {
		if !strings.Contains(page, want) {
			t.Errorf("got no %q in the page", want)
		}
	}
	for _, bad := range []string{"src=\"http", "href=\"http", "style=\""} {
		if strings.Contains(page, bad) {
			t.Errorf("got %q in the page, want nothing that its policy forbids", bad)
		}
	}
}
