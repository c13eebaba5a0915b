package forms

import (
	"fmt"
	"strings"

	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/service"
)

// headline is the answer in one sentence.
func headline(r service.Result) string {
	switch r.ExitCode() {
	case 1:
		return failing(r)
	case 2:
		return "could not tell: " + doubt(r)
	}
	if rows := rowsWith(r, service.Fixed); len(rows) > 0 {
		return "fixed: " + figures(r, tellingRow(rows)) + others(rows)
	}
	if len(r.Sides) > 1 {
		return "in order before and after: " + kept(r)
	}
	return "in order: " + kept(r)
}

// kept is what a service in order did.
func kept(r service.Result) string {
	sent := 0
	for _, s := range r.Sides {
		sent += s.Sent
	}
	return fmt.Sprintf("nothing is left of %s in %s", plural.Count(sent, "request"), plural.Count(r.Plan.Rounds, "round"))
}

// failing is the worst of the measures in which the last version fails.
func failing(r service.Result) string {
	for _, w := range []service.Word{service.Broken, service.Better, service.StillFailing, service.Fails} {
		if rows := failingWith(r, w); len(rows) > 0 {
			return answer(r, string(w), rows)
		}
	}
	return answer(r, string(service.Fails), failingWith(r, ""))
}

func answer(r service.Result, word string, rows []service.Row) string {
	if side := last(r); side.Died != "" {
		return clean(fmt.Sprintf("%s: %s ended under load: %s", word, side.Name, side.Died))
	}
	text := word + ": " + figures(r, tellingRow(rows)) + others(rows)
	if at := firstPlace(r); at != "" {
		text += "; " + at
	}
	return text
}

// failingWith are the rows that make the exit code 1, those with one word or, where it is
// empty, all.
func failingWith(r service.Result, w service.Word) (rows []service.Row) {
	for _, row := range r.Rows {
		if n := len(row.Values); row.Decides && n > 0 && row.Values[n-1].Grade == service.Failing && (w == "" || row.Word == w) {
			rows = append(rows, row)
		}
	}
	return rows
}

// tellingRow is the row that says most: the first, or what is left for good where that is
// most of what the first says is left while the upstream hangs.
func tellingRow(rows []service.Row) service.Row {
	kind, _ := leftover(rows[0])
	for _, row := range rows[1:] {
		k, stage := leftover(row)
		if k == kind && k != "" && stage == service.Released && largest(row) >= largest(rows[0])/2 {
			return row
		}
	}
	return rows[0]
}

// largest is the larger value of both versions.
func largest(row service.Row) (most float64) {
	for _, v := range row.Values {
		most = max(most, v.Number)
	}
	return most
}

func rowsWith(r service.Result, w service.Word) (rows []service.Row) {
	for _, row := range r.Rows {
		if row.Decides && row.Word == w {
			rows = append(rows, row)
		}
	}
	return rows
}

// figures are the values of a measure, as in "15.0 goroutines a request before, 0 after,
// while the upstream hangs".
func figures(r service.Result, row service.Row) string {
	kind, stage := leftover(row)
	var parts []string
	for i, text := range values(r, row) {
		if kind != "" && i == 0 {
			text += " " + noun(kind) + " a request"
		}
		if len(r.Sides) > 1 {
			text += " " + clean(r.Sides[i].Name)
		}
		parts = append(parts, text)
	}
	text := strings.Join(parts, ", ")
	switch {
	case kind == "":
		return clean(row.Measure) + ": " + text
	case stage == service.Hanging:
		return text + ", while the upstream hangs"
	}
	return text + ", left for good"
}

// leftover is what a row measures, where that is what each request leaves; else the kind is
// empty.
func leftover(row service.Row) (service.Kind, service.Stage) {
	for _, k := range []service.Kind{service.Goroutines, service.Descriptors, service.Heap} {
		for _, s := range []service.Stage{service.Hanging, service.Released} {
			if row.Measure == string(k)+" left "+string(s) {
				return k, s
			}
		}
	}
	return "", ""
}

func noun(k service.Kind) string {
	if k == service.Heap {
		return "of heap"
	}
	return string(k)
}

// others counts further measures.
func others(rows []service.Row) string {
	if len(rows) < 2 {
		return ""
	}
	return fmt.Sprintf(" (and %s)", plural.Count(len(rows)-1, "more measure"))
}

// firstPlace is the first line that the last version leaks at; empty where none is known.
func firstPlace(r service.Result) string {
	for _, f := range r.Findings {
		if failsNow(r, f) {
			return at(f)
		}
	}
	return ""
}

// failsNow reports whether the last version leaves what a finding says.
func failsNow(r service.Result, f service.Finding) bool { return f.Side == last(r).Name }

// last is the version that decides.
func last(r service.Result) service.Summary {
	if len(r.Sides) == 0 {
		return service.Summary{}
	}
	return r.Sides[len(r.Sides)-1]
}

// doubt is why nothing could be told.
func doubt(r service.Result) string {
	if all := troubles(r); len(all) > 0 {
		return all[0].Text
	}
	for _, row := range r.Rows {
		if n := len(row.Values); row.Decides && n > 0 && row.Values[n-1].Grade == service.Unclear && row.Why != "" {
			return clean(row.Measure + ": " + row.Why)
		}
	}
	if all := notes(r); len(all) > 0 {
		return all[0]
	}
	return "nothing was measured"
}

// next says what to do.
func next(r service.Result) string {
	switch r.ExitCode() {
	case 0:
		return ""
	case 1:
		if at := firstPlace(r); at != "" {
			return "Next: read the code at " + at + ". docs/service.md explains the words."
		}
		return "Next: see the log of the service. docs/service.md explains the words."
	}
	if all := troubles(r); len(all) > 0 {
		if len(all[0].Log) == 0 {
			return "Next: mend what the first line says, and run again."
		}
		return "Next: mend what the log of the service says, and run again."
	}
	return "Next: run again on a quieter machine, with more rounds (-rounds). docs/service.md explains the words."
}
