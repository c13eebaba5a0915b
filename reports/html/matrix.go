package html

import (
	"fmt"
	"strings"

	"github.com/watertight-go/watertight/internal/plaintext"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/reports/internal/view"
)

// htmlMatrix is the full matrix. Each cell that was run opens to its details.
type htmlMatrix struct {
	Executors []string
	Rows      []htmlMatrixRow
}

type htmlMatrixRow struct {
	Name, Story string
	// Plain says that every cell of the row is good.
	Plain bool
	Cells []htmlMatrixCell
}

type htmlMatrixCell struct {
	// Index is the cell's place in the report; -1 for not run.
	Index                       int
	Executor, Sign, Tone, Label string
}

func matrixOf(x *view.Index) htmlMatrix {
	m := htmlMatrix{Executors: plaintext.Names(x.Executors)}
	index := map[view.CellKey]int{}
	for i, c := range x.Report.Cells {
		index[view.KeyOf(c.Observation)] = i
	}
	stories := map[string]string{}
	for _, s := range x.Scenarios {
		stories[s.Name] = s.Story
	}
	for _, k := range x.MatrixRows() {
		row := htmlMatrixRow{Story: plaintext.Limit(stories[k.Scenario], plaintext.MostCell), Plain: true,
			Name: view.CellName(view.CellKey{Scenario: plaintext.Limit(k.Scenario, plaintext.MostName), Race: k.Race})}
		for _, name := range x.Executors {
			c := htmlMatrixCell{Index: -1, Executor: plaintext.Name(name), Sign: "-", Tone: "faint"}
			if i, ok := index[view.CellKey{Executor: name, Scenario: k.Scenario, Race: k.Race}]; ok {
				c = matrixCell(x.Report, i, row.Name)
				row.Plain = row.Plain && c.Tone == toneNames[view.Good]
			}
			row.Cells = append(row.Cells, c)
		}
		m.Rows = append(m.Rows, row)
	}
	return m
}

// matrixCell is the sign of cell number i.
func matrixCell(r *reports.Report, i int, row string) htmlMatrixCell {
	sign := view.VerdictSign(r.Cells[i].Verdict)
	c := htmlMatrixCell{Index: i, Executor: plaintext.Name(r.Cells[i].Observation.Executor), Sign: strings.Join(sign.Lines, " "), Tone: toneNames[sign.Tone]}
	c.Label = fmt.Sprintf("%s: %s in %s", c.Sign, c.Executor, row)
	return c
}
