package reports

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// stored is the JSON form, read without any type of this package.
type stored = map[string]any

func storedForm(t *testing.T, r *Report) stored {
	t.Helper()
	var b strings.Builder
	require.NoError(t, JSON(&b, r))
	var s stored
	require.NoError(t, json.Unmarshal([]byte(b.String()), &s))
	return s
}

func list(s stored, key string) []stored {
	var all []stored
	items, _ := s[key].([]any)
	for _, i := range items {
		all = append(all, i.(stored))
	}
	return all
}

func at(s stored, path string) any {
	var v any = s
	for key := range strings.SplitSeq(path, ".") {
		m, _ := v.(stored)
		v = m[key]
	}
	return v
}

// TestFactsAgree holds both renderings against the JSON form: a line of each
// has to name what belongs together. The terminal is so wide that it need not wrap.
func TestFactsAgree(t *testing.T) {
	for _, name := range []string{"full", "sparse", "partial"} {
		r := fixtures()[name]
		s := storedForm(t, r)
		text := terminalText(t, r, TerminalOptions{Width: 2000})
		md := unescape(markdownText(t, r))
		for _, want := range factsOf(s) {
			require.True(t, someLine(text, want), "%s: terminal lacks %q", name, want)
			require.True(t, someLine(md, want), "%s: markdown lacks %q", name, want)
		}
	}
}

func someLine(text string, want []string) bool {
	for l := range strings.Lines(text) {
		rest, found := l, true
		for _, w := range want {
			// Each word or figure after the one before, and whole.
			loc := regexp.MustCompile(`(^|[^\w-])` + regexp.QuoteMeta(w) + `($|[^\w-])`).FindStringIndex(rest)
			if found = loc != nil; !found {
				break
			}
			rest = rest[max(loc[1]-1, 0):]
		}
		if found {
			return true
		}
	}
	return false
}

func unescape(md string) string {
	md = regexp.MustCompile(`\\([^\w\s])`).ReplaceAllString(md, "$1")
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&", " | ", "  ").Replace(md)
}

// factsOf are what a line must say, in the order in which it must say it.
func factsOf(s stored) (all [][]string) {
	say := func(words ...any) {
		var line []string
		for _, w := range words {
			if text := fmt.Sprint(w); text != "" && text != "<nil>" {
				line = append(line, text)
			}
		}
		all = append(all, line)
	}
	for _, c := range list(s, "comparisons") {
		if c["row"] != nil && c["after"] == s["after"] {
			say(c["row"], c["beforeSaw"], c["afterSaw"], strings.NewReplacer("same", "no").Replace(c["relation"].(string)))
		}
	}
	for _, c := range list(s, "claims") {
		measured := c["measured"]
		if measured == "" {
			measured = c["how"]
		}
		say(c["id"], c["verdict"], c["claim"], measured)
	}
	for _, p := range list(s, "projections") {
		say(p["executor"], p["note"])
	}
	if s["partial"] != nil {
		say("PARTIAL RUN:", s["partial"])
	}
	for _, c := range list(s, "cells") {
		o := c["observation"].(stored)
		if o["series"] != nil {
			say(o["executor"], at(o, "left.byAgent"), 170, at(o, "left.byExecutor"), at(o, "totals.blocked"), "102 ms", "1.13 s", "7.72 s")
		}
		if l, ok := o["limit"].(stored); ok {
			say(o["scenario"], o["executor"], l["resource"], l["limit"], l["lowered"], l["at"], l["message"])
		}
		if d := at(o, "left.goleak.differs"); d != nil {
			say("goleak differs", o["executor"], o["scenario"], d)
		}
		for _, k := range list(c["verdict"].(stored), "clauses") {
			if k["status"] == "unknown" {
				say("unknown", o["executor"], o["scenario"], k["reason"])
			}
		}
	}
	for name, n := range brokenIn(s) {
		for clause, in := range n {
			say(name, "breaks", fmt.Sprint("clause ", clause), fmt.Sprintf("in %d of", in))
			break // the line names the others in an order of its own
		}
	}
	return all
}

// brokenIn counts, for executors that break one clause only, its scenarios.
func brokenIn(s stored) map[string]map[string]int {
	seen, counts := map[string]bool{}, map[string]map[string]int{}
	for _, c := range list(s, "cells") {
		name, scenario := fmt.Sprint(at(c, "observation.executor")), fmt.Sprint(at(c, "observation.scenario"))
		for _, k := range list(c["verdict"].(stored), "clauses") {
			key := fmt.Sprint(name, "/", scenario, "/", k["clause"])
			if k["status"] != "fail" || seen[key] {
				continue
			}
			seen[key] = true
			if counts[name] == nil {
				counts[name] = map[string]int{}
			}
			title := map[string]string{"6": " (bounds what cannot be stopped)", "7": " (survives)"}[fmt.Sprint(k["clause"])]
			counts[name][fmt.Sprint(k["clause"])+title]++
		}
	}
	for name, n := range counts {
		if len(n) != 1 {
			delete(counts, name)
		}
	}
	return counts
}

// TestMatrixAgrees reads the full matrix back from both renderings, cell by cell.
func TestMatrixAgrees(t *testing.T) {
	for _, name := range []string{"full", "sparse", "partial"} {
		r := fixtures()[name]
		want := signsIn(storedForm(t, r))
		require.Equal(t, want, markdownMatrix(unescape(markdownText(t, r))), name)
		require.Equal(t, want, terminalMatrix(terminalText(t, r, TerminalOptions{Width: 2000}), len(r.Executors)), name)
	}
}

// signsIn works out each cell's sign from the JSON form.
func signsIn(s stored) map[string][]string {
	signs := map[string]string{}
	races := map[string]bool{}
	for _, c := range list(s, "cells") {
		of := map[string][]string{}
		for _, k := range list(c["verdict"].(stored), "clauses") {
			status := fmt.Sprint(k["status"])
			of[status] = append(of[status], fmt.Sprint(k["clause"]))
		}
		sign := "?"
		switch {
		case of["fail"] != nil:
			sign = "✗ " + strings.Join(of["fail"], ",")
			if of["unknown"] != nil {
				sign += " ?"
			}
		case of["unknown"] != nil:
			sign = "? " + strings.Join(of["unknown"], ",")
		case of["waived"] != nil:
			sign = "waived " + strings.Join(of["waived"], ",")
		case of["pass"] != nil:
			sign = "ok"
		case of["n/a"] != nil:
			sign = "n/a"
		}
		row := fmt.Sprint(at(c, "observation.scenario"))
		if at(c, "observation.race") == true {
			row += " (race)"
		}
		races[row] = true
		signs[row+"/"+fmt.Sprint(at(c, "observation.executor"))] = sign
	}
	matrix := map[string][]string{}
	for _, scenario := range list(s, "scenarios") {
		for _, row := range []string{fmt.Sprint(scenario["name"]), fmt.Sprint(scenario["name"], " (race)")} {
			if strings.HasSuffix(row, " (race)") && !races[row] {
				continue
			}
			for _, x := range list(s, "executors") {
				sign := signs[row+"/"+fmt.Sprint(x["name"])]
				if sign == "" {
					sign = "-"
				}
				matrix[row] = append(matrix[row], sign)
			}
		}
	}
	return matrix
}

var gaps = regexp.MustCompile(` {2,}`)

func matrixLines(text, from string) []string {
	_, text, _ = strings.Cut(text, from)
	text, _, _ = strings.Cut(text, "✗ breaks these clauses")
	return strings.Split(strings.TrimSpace(text), "\n")
}

func markdownMatrix(md string) map[string][]string {
	matrix := map[string][]string{}
	for _, l := range matrixLines(md, "## All scenarios") {
		if strings.HasPrefix(l, "| ") && !strings.HasPrefix(l, "| scenario ") && !strings.HasPrefix(l, "| ---") {
			fields := gaps.Split(strings.Trim(l, "| "), -1)
			matrix[fields[0]] = fields[1:]
		}
	}
	return matrix
}

func terminalMatrix(text string, executors int) map[string][]string {
	matrix := map[string][]string{}
	for _, l := range matrixLines(text, "── All scenarios")[1:] {
		names, signs := "", []string(nil)
		if folded, found := strings.CutPrefix(l, "ok everywhere ("); found {
			_, names, _ = strings.Cut(folded, ": ")
			signs = strings.Split(strings.Repeat("ok ", executors-1)+"ok", " ")
		} else {
			fields := gaps.Split(l, -1)
			names, signs = fields[0], fields[1:]
		}
		if names == "scenario" {
			continue
		}
		for name := range strings.SplitSeq(names, ", ") {
			matrix[name] = signs
		}
	}
	return matrix
}
