package gate

import (
	"fmt"
	"maps"
	"slices"

	"github.com/watertight-go/watertight/bench/gate/internal/baseline"
	"github.com/watertight-go/watertight/bench/gate/result"
	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/scenarios"
)

// cell compares the verdicts and leftovers of one executor in one scenario.
func (c *comparison) cell(was, is baseline.CellRow) {
	for _, clause := range slices.Sorted(maps.Keys(is.Clauses)) {
		row := result.Row{Name: clauseName(is, clause), Got: string(is.Clauses[clause]), Want: "not in the baseline"}
		if before, ok := was.Clauses[clause]; ok {
			row.Want = string(before)
		}
		row.Status = verdictStatus(was.Clauses[clause], is.Clauses[clause])
		c.add(row)
	}
	for _, clause := range slices.Sorted(maps.Keys(was.Clauses)) {
		if _, ok := is.Clauses[clause]; !ok {
			c.add(result.Row{Name: clauseName(is, clause), Status: result.Missing, Got: "not tested", Want: string(was.Clauses[clause])})
		}
	}
	switch {
	case is.Inspected:
		c.add(exact(is.Name()+"/goroutines", was.Left, is.Left))
		c.add(exact(is.Name()+"/released-goroutines", was.Released, is.Released))
		c.add(exact(is.Name()+"/descriptors", was.Descriptors, is.Descriptors))
	case was.Inspected:
		c.add(result.Row{Name: is.Name() + "/goroutines", Status: result.Unknown, Got: "not inspected", Want: fmt.Sprint(was.Left)})
	}
}

// newCell adds rows for a cell that the baseline does not have. The clauses that
// it breaks are worse, because they were not accepted.
func (c *comparison) newCell(is baseline.CellRow) {
	broken := slices.DeleteFunc(slices.Sorted(maps.Keys(is.Clauses)), func(k executor.Clause) bool { return is.Clauses[k] != scenarios.Fail })
	for _, k := range broken {
		c.add(result.Row{Name: clauseName(is, k), Status: result.Worse, Got: "fail", Want: "not in the baseline"})
	}
	if len(broken) == 0 {
		c.add(result.Row{Name: is.Name(), Status: result.New, Got: "keeps its clauses", Want: "not in the baseline"})
	}
}

func clauseName(c baseline.CellRow, clause executor.Clause) string {
	return fmt.Sprintf("%s/clause-%d", c.Name(), int(clause))
}

// verdictStatus compares two verdicts of a clause. The earlier one is empty if
// there was none.
func verdictStatus(was, is scenarios.Status) result.Status {
	switch {
	case is == scenarios.Unknown && was == scenarios.Unknown:
		return result.Unsure
	case is == scenarios.Unknown:
		return result.Unknown
	case is == scenarios.Fail && was != scenarios.Fail:
		return result.Worse
	case was == "":
		return result.New
	case is == scenarios.Pass && was == scenarios.Fail:
		return result.Better
	case was == scenarios.Pass && is != scenarios.Pass && is != scenarios.Waived:
		// The clause was kept, and the executor no longer claims to keep it.
		return result.Missing
	}
	return result.OK
}

// exact is a row that counts something: any rise is worse.
func exact(name string, was, is int) result.Row {
	figure := float64(is)
	row := result.Row{Name: name, Status: result.OK, Got: fmt.Sprint(is), Want: fmt.Sprintf("at most %d", was), Figure: &figure}
	switch {
	case is > was:
		row.Status = result.Worse
	case is < was:
		row.Status = result.Better
	}
	return row
}
