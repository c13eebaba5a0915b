package forms

import (
	"strings"

	"github.com/watertight-go/watertight/service"
)

// measure is the name of a row, with its unit where the values do not tell it.
func measure(row service.Row) string {
	if strings.HasSuffix(row.Unit, "per request") {
		return clean(row.Measure + ", per request")
	}
	return clean(row.Measure)
}

// values are those of a row, one for each side.
func values(r service.Result, row service.Row) (all []string) {
	for i := range r.Sides {
		text := "-"
		if i < len(row.Values) && row.Values[i].Text != "" {
			text = clean(row.Values[i].Text)
		}
		all = append(all, text)
	}
	return all
}

// columns are the heads of the table of measures.
func columns(r service.Result) []string {
	all := []string{"measure"}
	for _, s := range r.Sides {
		name := clean(s.Name)
		if len(r.Sides) == 1 {
			name = "value"
		}
		all = append(all, name)
	}
	return append(all, "verdict")
}

// rowsOf are the cells of the table of measures, below its heads.
func rowsOf(r service.Result) (all [][]string) {
	for _, row := range r.Rows {
		all = append(all, append(append([]string{measure(row)}, values(r, row)...), clean(string(row.Word))))
	}
	return all
}

// reasons explain verdicts.
func reasons(r service.Result) (all []string) {
	for _, row := range r.Rows {
		if row.Why != "" {
			all = append(all, clean(row.Measure+": "+row.Why))
		}
	}
	return all
}
