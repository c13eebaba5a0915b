package view

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/watertight-go/watertight/internal/plaintext"
	"github.com/watertight-go/watertight/reports"
)

// fewUnmeasured is how many unmeasured claims have a row of their own. More
// become one note: a run of some scenarios leaves most claims unmeasured.
const fewUnmeasured = 3

// claims is the table of the claims that the run checks.
func claims(x *Index) Section {
	s := Section{ID: "claims", Title: "Claims"}
	open := unmeasured(x)
	if len(open) > fewUnmeasured {
		s.Notes = append(s.Notes, note("not measured in this run: %s", strings.Join(open, "; ")))
	}
	t := Table{Columns: []Column{{"#", Sign}, {"verdict", Sign}, {"claim", Prose}, {"measured", Below}}}
	for _, c := range x.Report.Claims {
		if c.Verdict != reports.NotMeasured || len(open) <= fewUnmeasured {
			t.Rows = append(t.Rows, claimRow(c))
		}
	}
	if len(t.Rows) > 0 {
		s.Tables = append(s.Tables, t)
	}
	return s
}

func claimRow(c reports.Claim) Row {
	tone, measured := Doubt, c.Measured
	switch c.Verdict {
	case reports.Holds:
		tone = Good
	case reports.DoesNotHold:
		tone = Bad
	case reports.NotMeasured:
		measured = cmp.Or(c.Measured, c.How)
	}
	return Row{Cells: []Cell{Text(c.ID), toned(tone, string(c.Verdict)), Text(c.Claim), Text(measured)}}
}

// unmeasured are the claims that were not measured, each with the reason.
func unmeasured(x *Index) (open []string) {
	for _, c := range x.Report.Claims {
		if c.Verdict == reports.NotMeasured {
			open = append(open, fmt.Sprintf("%s (%s)", plaintext.Name(c.ID), cmp.Or(c.Measured, c.How)))
		}
	}
	return open
}
