// Package forms writes what is left of a service before and after a fix, in the forms that
// people and machines read. It knows nothing but the service.Result, runs nothing and reads
// no file. Names, logs and sentences in a result may hold anything: no form lets them become
// markup, commands or escape sequences.
package forms

import (
	"fmt"
	"io"
	"slices"

	"github.com/watertight-go/watertight/internal/format"
	"github.com/watertight-go/watertight/internal/frames"
	"github.com/watertight-go/watertight/internal/plaintext"
	"github.com/watertight-go/watertight/service"
)

// Formats are the forms besides Text, by name.
var Formats = map[string]func(io.Writer, service.Result) error{
	"json":     JSON,
	"markdown": Markdown,
	"html":     HTML,
	"sarif":    SARIF,
	"junit":    JUnit,
}

// The bounds of what is shown.
const (
	mostFindings = 50
	mostLog      = 20
)

// amount is how much of a kind each request leaves, as in "15.0 goroutines".
func amount(k service.Kind, v float64) string {
	switch {
	case v == 0:
		return "0 " + string(k)
	case k == service.Heap:
		return format.Size(v) + " of heap"
	}
	return format.Amount(v) + " " + string(k)
}

// when is the stage of a finding, in words.
func when(s service.Stage) string {
	if s == service.Hanging {
		return "while the upstream hangs"
	}
	return string(s)
}

// at is the line that a reader opens first.
func at(f service.Finding) string {
	if place := opens(f); place.File != "" {
		return clean(format.Place(place.File, int(place.Line)))
	}
	return frames.Function(f.Function)
}

// opens is that line: the go statement where it is known. Of the handler of a request it is
// the line of the user's code that waits: the outermost one is often a middleware, and the
// go statement is that of a server or of http.TimeoutHandler.
func opens(f service.Finding) service.Frame {
	inner := slices.IndexFunc(f.Stack, func(x service.Frame) bool { return !x.Standard() && !x.Dependency() })
	switch {
	case f.Kind == service.Goroutines && inner >= 0 && handles(f.Stack):
		return f.Stack[inner]
	case f.Creator != nil && f.Creator.File != "":
		return *f.Creator
	}
	return service.Frame{Function: f.Function, File: f.File, Line: f.Line}
}

// handles reports whether a stack is that of a handler, which a server has called.
func handles(stack []service.Frame) bool {
	for _, x := range slices.Backward(stack) {
		if pkg := x.Package(); pkg != "runtime" {
			return slices.Contains([]string{"net/http", "net/http/internal/http2", "golang.org/x/net/http2", "google.golang.org/grpc"}, pkg)
		}
	}
	return false
}

// what says how much a finding leaves, and in which version.
func what(f service.Finding) string {
	text := fmt.Sprintf("%s a request left %s", amount(f.Kind, f.PerRequest), clean(when(f.Stage)))
	if f.Side != "service" {
		text = clean(f.Side) + ": " + text
	}
	return text + ", " + left(f) + " in all rounds"
}

// left is what was left by all rounds.
func left(f service.Finding) string {
	if f.Kind == service.Heap {
		return format.Size(f.Left)
	}
	return fmt.Sprintf("%.0f", f.Left)
}

// details are sentences about a finding.
func details(f service.Finding) (lines []string) {
	site := frames.Call(service.Frame{Function: f.Function, File: f.File, Line: f.Line})
	if f.Creator != nil {
		lines = append(lines, "started by "+frames.Function(f.Creator.Function))
	}
	if f.File != "" {
		lines = append(lines, verbs[f.Kind]+site)
	}
	if where := waits(f); where != "" {
		lines = append(lines, where)
	}
	if len(f.With) > 0 {
		lines = append(lines, "left together with "+frames.Functions(f.With))
	}
	if f.Cut {
		lines = append(lines, "the stacks are cut at 128 frames: the outermost functions are not known")
	}
	return lines
}

var verbs = map[service.Kind]string{service.Goroutines: "runs ", service.Heap: "allocated in ", service.Descriptors: "opened in "}

// waits is where the goroutines of a finding are; empty for others.
func waits(f service.Finding) string {
	if f.Kind != service.Goroutines {
		return ""
	}
	if where := frames.Waits(f.Stack, f.Function, f.Line); where != "" {
		return "waits in " + where
	}
	return ""
}

func clean(s string) string { return plaintext.Limit(s, plaintext.MostSentence) }
