package reports

// Find is the cell of an executor in a scenario, as the ordinary binary ran it;
// false where there is none. Cells of the race binary are not found.
func (r *Report) Find(executor, scenario string) (Cell, bool) {
	for _, c := range r.Cells {
		if o := c.Observation; o.Executor == executor && o.Scenario == scenario && !o.Race {
			return c, true
		}
	}
	return Cell{}, false
}
