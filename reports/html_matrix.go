package reports

import (
	"fmt"
	"strings"
)

// htmlMatrix is the full matrix; each cell that was run opens to its details.
type htmlMatrix struct {
	Executors []string
	Rows      []htmlMatrixRow
}

type htmlMatrixRow struct {
	Name, Field string
	// Plain says that the row is good throughout.
	Plain bool
	Cells []htmlMatrixCell
}

// htmlMatrixCell is a sign with its cell's place in the report; -1 for not run.
type htmlMatrixCell struct {
	Index                 int
	Executor, Sign, Tone  string
	Label, Scenario, Race string
}

func matrixOf(x *index) htmlMatrix {
	m := htmlMatrix{}
	at := map[cellKey]int{}
	for i, c := range x.report.Cells {
		at[keyOf(c)] = i
	}
	for _, name := range x.executors {
		m.Executors = append(m.Executors, short(name))
	}
	for _, r := range x.rows {
		for _, race := range []bool{false, true} {
			row := htmlMatrixRow{Name: rowName(shorten(clean(r.Name), mostName), race), Field: shorten(clean(r.Field), mostCell), Plain: true}
			any := false
			for _, name := range x.executors {
				c := htmlMatrixCell{Index: -1, Executor: short(name), Sign: "-", Tone: "faint"}
				if i, ok := at[cellKey{name, r.Name, race}]; ok {
					any = true
					s := verdictSign(x.report.Cells[i].Verdict)
					c.Index, c.Sign, c.Tone = i, strings.Join(s.lines, " "), toneNames[s.tone]
					c.Label = fmt.Sprintf("%s: %s in %s", c.Sign, c.Executor, row.Name)
					row.Plain = row.Plain && s.tone == good
				}
				row.Cells = append(row.Cells, c)
			}
			if any || !race {
				m.Rows = append(m.Rows, row)
			}
		}
	}
	return m
}
