package view

import (
	"fmt"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/internal/plaintext"
	"github.com/watertight-go/watertight/reports"
)

// verdicts is the section to read first: which executors are safe, and why the
// others are not.
func verdicts(x *Index) Section {
	s := Section{ID: "verdict", Title: "Verdict"}
	s.Lead = append(s.Lead, Headline(x))
	t := Table{Columns: []Column{{Kind: Sign}, {Kind: Label}, {Kind: Prose}}}
	for _, name := range candidateFirst(x) {
		n := x.Report.Count(name)
		mark := verdictMark(x, n)
		t.Rows = append(t.Rows, Row{Cells: []Cell{mark, toned(mark.Tone, name), {Lines: reasons(x, n)}}})
	}
	if len(t.Rows) == 0 {
		return s
	}
	s.Tables = append(s.Tables, t)
	if text := claimsInOneLine(x); text != "" {
		s.Notes = append(s.Notes, Line{Text: text})
	}
	s.Notes = append(s.Notes, Line{Text: clauseTitles(), Tone: Faint})
	return s
}

// Headline answers in one line whether the candidate is safe.
func Headline(x *Index) Line {
	var safe []string
	for _, name := range x.Executors {
		if x.Report.Count(name).Safe() {
			safe = append(safe, name)
		}
	}
	list := "none"
	if len(safe) > 0 {
		list = strings.Join(plaintext.Names(safe), ", ")
	}
	after := x.Report.Count(x.Report.After)
	candidate := plaintext.Name(after.Executor)
	switch {
	case len(x.Report.Cells) == 0:
		return Line{Text: "Nothing was measured: no executor can be called safe.", Tone: Doubt}
	case after.Fail > 0:
		return Line{Text: fmt.Sprintf("NOT SAFE: the candidate %s breaks the contract. Safe: %s.", candidate, list), Tone: Bad}
	case !after.Safe():
		return Line{Text: fmt.Sprintf("NOT KNOWN: the candidate %s could not be judged everywhere. Safe: %s.", candidate, list), Tone: Doubt}
	case x.Report.Partial != "":
		return Line{Text: fmt.Sprintf("NOT KNOWN: the run is partial. No clause broken so far: %s.", list), Tone: Doubt}
	case len(safe) == len(x.Executors):
		return Line{Text: fmt.Sprintf("Safe: %s. No executor of this run breaks the contract.", list), Tone: Good}
	}
	return Line{Text: fmt.Sprintf("Safe: %s. Every other executor breaks the contract or could not be judged.", list), Tone: Good}
}

// candidateFirst are the executors, the After executor before all others.
func candidateFirst(x *Index) []string {
	names := slices.Clone(x.Executors)
	if i := slices.Index(names, x.Report.After); i > 0 {
		names = slices.Insert(slices.Delete(names, i, i+1), 0, x.Report.After)
	}
	return names
}

func verdictMark(x *Index, n reports.Count) Cell {
	switch {
	case n.Safe() && x.Report.Partial == "":
		return toned(Good, "✓")
	case n.Fail == 0:
		return toned(Doubt, "?")
	}
	return toned(Bad, "✗")
}

// claimsInOneLine groups the claims by what they came to; empty without claims.
func claimsInOneLine(x *Index) string {
	of := map[reports.ClaimVerdict][]string{}
	for _, c := range x.Report.Claims {
		of[c.Verdict] = append(of[c.Verdict], plaintext.Name(c.ID))
	}
	var parts []string
	for _, v := range []reports.ClaimVerdict{reports.DoesNotHold, reports.Holds, reports.NotMeasured} {
		if len(of[v]) > 0 {
			parts = append(parts, fmt.Sprintf("%s: %s", v, strings.Join(of[v], ", ")))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "Claims (below): " + strings.Join(parts, "; ") + "."
}

// clauseTitles says what the numbers of the clauses stand for.
func clauseTitles() string {
	var parts []string
	for _, k := range executor.Clauses {
		parts = append(parts, fmt.Sprintf("%d %s", k.Clause, k.Title))
	}
	return "Clauses: " + strings.Join(parts, ", ") + "."
}
