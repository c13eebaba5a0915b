package forms

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/watertight-go/watertight/internal/place"
	"github.com/watertight-go/watertight/internal/sarif"
	"github.com/watertight-go/watertight/service"
)

// SARIF writes a result as SARIF 2.1.0: one error for each place that the last version leaks
// at, and for each other measure in which it fails. What only the version before leaves is
// left out. What could not be judged is a notification.
func SARIF(w io.Writer, r service.Result) error {
	run := sarif.New(cmp.Or(r.Tool, "watertight"), "service")
	for _, x := range rules {
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarif.ErrorRule(x.id, x.name, x.text, x.text, "Run `stress service` with the same flags to see it again."))
	}
	run.Invocations = []sarif.Invocation{invocation(r)}
	for _, f := range r.Findings {
		if failsNow(r, f) {
			run.Results = append(run.Results, findingResult(r, f))
		}
	}
	for _, row := range failingWith(r, "") {
		if kind, _ := leftover(row); kind == "" || !found(r, kind) {
			run.Results = append(run.Results, rowResult(r, row))
		}
	}
	if err := sarif.Write(w, run); err != nil {
		return fmt.Errorf("forms: %w", err)
	}
	return nil
}

var rules = []struct {
	kind           service.Kind
	id, name, text string
}{
	{service.Goroutines, "WTS1", "GoroutinesLeft", "A service leaves goroutines behind, more with each request."},
	{service.Heap, "WTS2", "MemoryLeft", "A service keeps memory in use, more with each request."},
	{service.Descriptors, "WTS3", "DescriptorsLeft", "A service leaves descriptors open, more with each request."},
	{"", "WTS4", "ServiceFails", "A service does not stand an upstream that misbehaves."},
}

// ruleOf is the number of the rule of a kind; that of the last for none.
func ruleOf(k service.Kind) int {
	for i, x := range rules {
		if x.kind == k {
			return i
		}
	}
	return len(rules) - 1
}

func invocation(r service.Result) sarif.Invocation {
	i := sarif.Invocation{ExitCode: r.ExitCode(), Successful: r.ExitCode() != 2}
	if !r.Began.IsZero() {
		i.Start = r.Began.UTC().Format(time.RFC3339)
	}
	texts := notes(r)
	for _, t := range troubles(r) {
		texts = append([]string{strings.Join(append([]string{t.Text}, t.Log...), "\n")}, texts...)
	}
	for _, text := range texts {
		i.Notifications = append(i.Notifications, sarif.Notification{Level: "warning", Message: sarif.Text{Text: text}})
	}
	return i
}

func newResult(k service.Kind, text, function string) sarif.Result {
	index := ruleOf(k)
	return sarif.Result{
		RuleID: rules[index].id, RuleIndex: &index, Kind: "fail", Level: "error", Message: sarif.Text{Text: text},
		Locations: []sarif.Location{{Logical: []sarif.Logical{{Name: cmp.Or(clean(function), "unknown"), Kind: "function"}}}},
	}
}

func findingResult(r service.Result, f service.Finding) sarif.Result {
	out := newResult(f.Kind, sentence(f), f.Function)
	out.Fingerprints = sarif.Fingerprint(string(f.Kind), string(f.Stage), f.Function)
	out.Properties = map[string]any{"verdict": f.Word, "stage": f.Stage, "perRequest": f.PerRequest, "left": f.Left}
	open := opens(f)
	if open.File != "" {
		site := place.Tree{Root: last(r).Root}.Locate(open.File, int(max(open.Line, 1)))
		out.Locations[0].Physical = sarif.At(site)
	}
	return out
}

func rowResult(r service.Result, row service.Row) sarif.Result {
	kind, _ := leftover(row)
	out := newResult(kind, clean(string(row.Word)+": "+figures(r, row)), last(r).What)
	out.Fingerprints = sarif.Fingerprint(row.Measure)
	out.Properties = map[string]any{"verdict": row.Word}
	return out
}

// found reports whether a place is known that the last version leaks a kind at.
func found(r service.Result, k service.Kind) bool {
	for _, f := range r.Findings {
		if f.Kind == k && failsNow(r, f) {
			return true
		}
	}
	return false
}

// sentence is a finding in one sentence.
func sentence(f service.Finding) string {
	return clean(at(f) + ": " + string(f.Word) + ": " + strings.Join(append([]string{what(f)}, details(f)...), "; "))
}
