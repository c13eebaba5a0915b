package html

import (
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/reports/internal/fixtures"
	"github.com/watertight-go/watertight/reports/internal/view"
)

// tableText is the page's text, with a line for each row and paragraph. Two
// spaces separate the cells of a row, as at a terminal.
func tableText(t testing.TB, text string) string {
	t.Helper()
	body := element(t, text, "<main", "</main>")
	body = strings.NewReplacer("<br>", " ", "\n", " ").Replace(body)
	body = regexp.MustCompile(`</(tr|p|h1|h2|pre|section|thead|option|summary)>|<thead[ >]|<tr[ >]`).ReplaceAllString(body, "\n$0")
	body = regexp.MustCompile(`</t[dh]> *`).ReplaceAllString(body, "  ")
	return html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(body, ""))
}

// TestHTMLFactsAgree compares the page's tables, and its data for the script, with
// the JSON form.
func TestHTMLFactsAgree(t *testing.T) {
	for _, name := range []string{"full", "sparse", "partial"} {
		r := fixtures.All()[name]
		s := fixtures.StoredForm(t, r)
		got := htmlText(t, r)
		text := tableText(t, got)
		differences, _ := fixtures.WitnessFacts(s)
		for _, want := range append(fixtures.FactsOf(s), differences...) {
			require.True(t, fixtures.SomeLine(text, want), "%s: the page lacks %q", name, want)
		}
		p := pageData(t, got)
		signs := fixtures.SignsIn(s)
		for i, c := range p.Cells {
			row := view.CellName(view.CellKey{Scenario: p.Strings[p.Scenarios[c.Scenario].Name], Race: c.Race})
			require.Equal(t, signs[row][c.Executor], p.Strings[c.Sign], row)
			require.Len(t, c.Clauses, len(r.Cells[i].Verdict.Clauses))
			for j, k := range c.Clauses {
				want, got := r.Cells[i].Verdict.Clauses[j], p.Clauses[k]
				require.Equal(t, []string{string(want.Status), want.Got, want.Want, want.Reason}, []string{p.Strings[got.Status], p.Strings[got.Got], p.Strings[got.Want], p.Strings[got.Reason]})
			}
		}
	}
}

// TestHTMLMatrixAgrees reads the matrix back from the page, cell by cell.
func TestHTMLMatrixAgrees(t *testing.T) {
	for _, name := range []string{"full", "sparse", "partial"} {
		r := fixtures.All()[name]
		got := map[string][]string{}
		body := element(t, element(t, htmlText(t, r), `<table class="matrix">`, "</table>"), "<tbody>", "</tbody>")
		for l := range strings.Lines(body) {
			fields := regexp.MustCompile(`>([^<>]+)</(?:th|button|span)>`).FindAllStringSubmatch(l, -1)
			for i, f := range fields {
				if i > 0 {
					got[fields[0][1]] = append(got[fields[0][1]], f[1])
				}
			}
		}
		require.Equal(t, fixtures.SignsIn(fixtures.StoredForm(t, r)), got, name)
	}
}
