package html

import (
	"slices"

	"github.com/watertight-go/watertight/internal/format"
	"github.com/watertight-go/watertight/reports/internal/view"
	"github.com/watertight-go/watertight/scenarios"
)

// page is the data for the page's script. It has only what the page shows, each
// string once, and times as whole microseconds. That makes it a twentieth of the
// size of report.json.
type page struct {
	Strings     []string         `json:"strings"`
	Executors   []ref            `json:"executors"`
	Before      int              `json:"before"`
	After       int              `json:"after"`
	Scenarios   []pageScenario   `json:"scenarios"`
	Cells       []pageCell       `json:"cells"`
	Clauses     []pageClause     `json:"clauses"`
	Projections []pageProjection `json:"projections,omitempty"`
	Flames      *pageFlames      `json:"flames,omitempty"`
}

type pageScenario struct {
	Name  ref `json:"name"`
	Row   ref `json:"row,omitempty"`
	Field ref `json:"field,omitempty"`
}

// pageBuilder turns a report into a page.
type pageBuilder struct {
	*view.Index
	pool     *pool
	executor map[string]int
	scenario map[string]int
	compared map[[2]string]scenarios.Comparison
	// clauses has each clause result once.
	clauses     []pageClause
	clauseIndex map[string]int
}

func newPage(x *view.Index) page {
	b := &pageBuilder{Index: x, pool: newPool(), executor: map[string]int{}, scenario: map[string]int{},
		compared: map[[2]string]scenarios.Comparison{}, clauseIndex: map[string]int{}}
	p := page{Before: slices.Index(x.Executors, x.Report.Before), After: slices.Index(x.Executors, x.Report.After)}
	for i, name := range x.Executors {
		b.executor[name] = i
		p.Executors = append(p.Executors, b.pool.name(name))
	}
	for i, s := range x.Scenarios {
		b.scenario[s.Name] = i
		p.Scenarios = append(p.Scenarios, pageScenario{b.pool.name(s.Name), b.pool.name(s.MatrixRow), b.pool.text(s.Story)})
	}
	for _, c := range x.Report.Comparisons {
		if c.Before == x.Report.Before {
			b.compared[[2]string{c.After, c.Scenario}] = c
		}
	}
	for _, c := range x.Report.Cells {
		p.Cells = append(p.Cells, b.cellOf(c))
	}
	for _, r := range x.Report.Projections {
		p.Projections = append(p.Projections, b.projection(r))
	}
	p.Flames = b.flames()
	p.Strings, p.Clauses = b.pool.all, b.clauses
	return p
}

// inFolder is a path below the report's folder, quoted for a shell.
func inFolder(path string) string { return format.Shell(view.Beside("report.json", path)) }
