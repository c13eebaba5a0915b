package forms

import (
	"strings"
	"time"

	"github.com/watertight-go/watertight/service"
)

// The measures of made-up results.
const (
	hanging = "goroutines left while it hangs"
	forGood = "goroutines left for good"
)

// sideOf is a version whose curves rise to most. Its rounds take so long.
func sideOf(name string, most float64, round time.Duration) service.Summary {
	second := time.Second
	s := service.Summary{Name: name, What: "./examples/agentservice/" + name, Version: "v1 (abcdef012345)", Sent: 600, Upstream: 3000}
	phases := []struct {
		name string
		took time.Duration
	}{{"start", second}, {"warm-up", 2 * second}, {"settle", 5 * second}, {"round 1", round}, {"released", 6 * second}, {"round 2", round}, {"while it hangs", 6 * second}, {"released", 7 * second}}
	at := time.Duration(0)
	for _, p := range phases {
		s.Phases = append(s.Phases, service.Phase{Name: p.name, From: at, To: at + p.took})
		at += p.took
	}
	s.Curves = []service.Curve{{Kind: service.Goroutines}, {Kind: service.Descriptors}, {Kind: service.Heap}}
	for t := 0.0; t <= at.Seconds(); t += 0.25 {
		v := 12 + most*t/at.Seconds()
		s.Curves[0].Points = append(s.Curves[0].Points, service.Point{At: t, Value: v})
		s.Curves[1].Points = append(s.Curves[1].Points, service.Point{At: t, Value: v / 3})
		s.Curves[2].Points = append(s.Curves[2].Points, service.Point{At: t, Value: 2e6 + v*5000})
	}
	return s
}

func rowOf(measure, before, after string, beforeGrade, afterGrade service.Grade, w service.Word) service.Row {
	return service.Row{Measure: measure, Unit: "per request", Decides: true, Word: w, Values: []service.Value{{Text: before, Grade: beforeGrade}, {Text: after, Grade: afterGrade}}}
}

// findingOf is a goroutine that is left. name is added to all that could be hostile.
func findingOf(side string, w service.Word, perRequest float64, name string) service.Finding {
	f := service.Finding{Kind: service.Goroutines, Stage: service.Hanging, Side: side, Word: w, PerRequest: perRequest, Left: 600 * perRequest}
	f.Function, f.File, f.Line = "example.com/shop/agents.(*waitGroup).ExecuteParallel.func1"+name, "/srv/agents/waitgroup.go"+name, 41
	f.Creator = &service.Frame{Function: "example.com/shop/agents.(*waitGroup).ExecuteParallel" + name, File: "/srv/agents/waitgroup.go" + name, Line: 37}
	f.Stack = []service.Frame{{Function: "runtime.gopark", File: "/go/src/runtime/proc.go", Line: 3}, {Function: "net/http.(*persistConn).roundTrip", File: "/go/src/net/http/transport.go", Line: 9}, {Function: f.Function, File: f.File, Line: 41}}
	f.With = []string{"net/http.(*persistConn).readLoop" + name}
	return f
}

func base(name string, rows ...service.Row) service.Result {
	return service.Result{
		Schema: service.Schema, Tool: "stress v1" + name, Began: time.Date(2026, 11, 29, 1, 0, 0, 0, time.UTC), Seconds: 52,
		Plan: service.Plan{Rate: 100, Rounds: 2, Each: 3 * time.Second, Schedule: "hang-before-headers" + name, Clients: "patient 2, impatient 1" + name, Patience: 1500 * time.Millisecond, Limit: 512},
		Rows: rows, Hints: []string{"an HTTP/2 upstream hides descriptors" + name},
		Sides: []service.Summary{sideOf("before", 9000, 4*time.Second), sideOf("after", 60, 3*time.Second)},
	}
}

func fixed(name string) service.Result {
	r := base(name,
		rowOf(hanging, "15.0", "0", service.Failing, service.InOrder, service.Fixed),
		rowOf(forGood, "0", "0", service.InOrder, service.InOrder, service.Same),
		service.Row{Measure: "99th percentile of patient clients", Unit: "seconds", Word: service.Changed, Values: []service.Value{{Text: "> 1.50 s", Number: 1.5, Grade: service.Ungraded}, {Text: "1.02 s", Number: 1.02, Grade: service.Ungraded}}},
		service.Row{Measure: "survives the faults" + name, Decides: true, Word: service.Same, Values: []service.Value{{Text: "yes", Grade: service.InOrder}, {Text: "yes", Grade: service.InOrder}}})
	r.Findings = []service.Finding{findingOf("before", service.Fixed, 15, name)}
	return r
}

func broken(name string) service.Result {
	r := base(name, rowOf(hanging, "0", "2.0", service.InOrder, service.Failing, service.Broken), rowOf(forGood, "0", "2.0", service.InOrder, service.Failing, service.Broken))
	r.Findings = []service.Finding{findingOf("after", service.Broken, 2, name)}
	return r
}

func better(name string) service.Result {
	r := base(name, rowOf(forGood, "1.0", "0.02", service.Failing, service.Failing, service.Better))
	r.Findings = []service.Finding{findingOf("after", service.Better, 0.02, name)}
	r.Findings[0].Stage = service.Released
	r.Findings[0].Creator = nil
	return r
}

// one is a version alone, which keeps memory.
func one(name string) service.Result {
	r := base(name, service.Row{Measure: "heap left for good", Unit: "bytes per request", Decides: true, Word: service.Fails, Values: []service.Value{{Text: "8.2 KiB", Number: 8400, Grade: service.Failing}}},
		service.Row{Measure: forGood, Unit: "per request", Decides: true, Word: service.OK, Values: []service.Value{{Text: "0", Grade: service.InOrder}}})
	r.Sides = []service.Summary{sideOf("service", 4000, 3*time.Second)}
	f := findingOf("service", service.Fails, 8400, name)
	f.Kind, f.Stage, f.Creator, f.With = service.Heap, service.Released, nil, nil
	r.Findings = []service.Finding{f}
	return r
}

// troubled is a version that could not start.
func troubled(name string) service.Result {
	r := base(name, rowOf(hanging, "15.0", "", service.Failing, service.Unclear, service.Unknown))
	r.Sides[1] = service.Summary{Name: "after", What: "./after" + name, Trouble: "it exits at once with code 3" + name, Log: strings.Split("listen tcp 127.0.0.1:80: permission denied\ngoodbye"+name, "\n")}
	r.Notes = []string{"after: it exits at once with code 3" + name}
	r.Findings = []service.Finding{findingOf("before", service.Unknown, 15, name)}
	return r
}

// died is a version that crashes under load.
func died(name string) service.Result {
	r := base(name, service.Row{Measure: "survives the faults", Decides: true, Word: service.Broken, Why: "it died in round 1" + name, Values: []service.Value{{Text: "yes", Grade: service.InOrder}, {Text: "no: it ended" + name, Grade: service.Failing}}})
	r.Sides[1].Died = "exited with code 2 (panic: too many)" + name
	r.Sides[1].Phases = r.Sides[1].Phases[:4]
	r.Sides[1].Log = []string{"panic: too many" + name, "", "goroutine 7 [running]:"}
	return r
}

func partial(name string) service.Result {
	r := base(name)
	r.Sides, r.Partial = r.Sides[:1], "interrupted"+name
	r.Notes = []string{"before could not be judged: no request was sent" + name}
	r.Sides[0].Problems = []string{"descriptors could not be counted" + name}
	return r
}

func innocent(string) service.Result {
	return base("", rowOf(hanging, "0", "0", service.InOrder, service.InOrder, service.Same))
}

var results = map[string]func(string) service.Result{
	"fixed": fixed, "broken": broken, "better": better, "one": one, "troubled": troubled, "died": died, "partial": partial, "innocent": innocent,
	"nothing": func(string) service.Result { return service.Result{} },
}
