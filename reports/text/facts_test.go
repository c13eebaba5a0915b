package text

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/reports/internal/fixtures"
)

// TestFactsAgree compares both renderings with the JSON form: some line of each
// has to say each fact. The terminal is so wide that nothing is wrapped.
func TestFactsAgree(t *testing.T) {
	for _, name := range []string{"full", "sparse", "partial"} {
		r := fixtures.All()[name]
		s := fixtures.StoredForm(t, r)
		text := terminalText(t, r, Options{Width: 2000})
		md := unescape(markdownText(t, r))
		facts := fixtures.FactsOf(s)
		if _, count := fixtures.WitnessFacts(s); count != nil {
			facts = append(facts, count)
		}
		for _, want := range facts {
			require.True(t, fixtures.SomeLine(text, want), "%s: terminal lacks %q", name, want)
			require.True(t, fixtures.SomeLine(md, want), "%s: markdown lacks %q", name, want)
		}
	}
}

func unescape(md string) string {
	md = regexp.MustCompile(`\\([^\w\s])`).ReplaceAllString(md, "$1")
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&", " | ", "  ").Replace(md)
}

// TestMatrixAgrees reads the full matrix back from both renderings, cell by cell.
func TestMatrixAgrees(t *testing.T) {
	for _, name := range []string{"full", "sparse", "partial"} {
		r := fixtures.All()[name]
		want := fixtures.SignsIn(fixtures.StoredForm(t, r))
		require.Equal(t, want, markdownMatrix(unescape(markdownText(t, r))), name)
		require.Equal(t, want, terminalMatrix(terminalText(t, r, Options{Width: 2000}), len(r.Executors)), name)
	}
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
