package reports

import (
	"github.com/watertight-go/watertight/scenarios"
)

// Find is the cell of an executor in a scenario, as the ordinary binary ran it;
// false where there is none. Cells of the race binary are not found.
func (r *Report) Find(executor, scenario string) (scenarios.Cell, bool) {
	for _, c := range r.Cells {
		if o := c.Observation; o.Executor == executor && o.Scenario == scenario && !o.Race {
			return c, true
		}
	}
	return scenarios.Cell{}, false
}
