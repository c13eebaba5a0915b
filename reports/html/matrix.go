package html

import (
	"fmt"
	"strings"

	"github.com/watertight-go/watertight/reports/internal/plaintext"
	"github.com/watertight-go/watertight/reports/internal/view"
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

func matrixOf(x *view.Index) htmlMatrix {
	m := htmlMatrix{}
	at := map[view.CellKey]int{}
	for i, c := range x.Report.Cells {
		at[view.KeyOf(c.Observation)] = i
	}
	for _, name := range x.Executors {
		m.Executors = append(m.Executors, plaintext.Name(name))
	}
	for _, r := range x.Scenarios {
		for _, race := range []bool{false, true} {
			row := htmlMatrixRow{Name: view.CellName(plaintext.Limit(r.Name, plaintext.MostName), race), Field: plaintext.Limit(r.Story, plaintext.MostCell), Plain: true}
			any := false
			for _, name := range x.Executors {
				c := htmlMatrixCell{Index: -1, Executor: plaintext.Name(name), Sign: "-", Tone: "faint"}
				if i, ok := at[view.CellKey{Executor: name, Scenario: r.Name, Race: race}]; ok {
					any = true
					s := view.VerdictSign(x.Report.Cells[i].Verdict)
					c.Index, c.Sign, c.Tone = i, strings.Join(s.Lines, " "), toneNames[s.Tone]
					c.Label = fmt.Sprintf("%s: %s in %s", c.Sign, c.Executor, row.Name)
					row.Plain = row.Plain && s.Tone == view.Good
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
