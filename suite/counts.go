package suite

// Counts are how many packages and tests a run had.
type Counts struct{ Packages, Tests, Checked, Leaking, Failed, NotChecked int }

// Counts counts. NotChecked are packages whose tests did not run, and tests that did not
// run under a check or did not end.
func (o Observation) Counts() (c Counts) {
	for _, p := range o.Packages {
		c.Packages++
		if p.Error != "" {
			c.NotChecked++
		}
		for _, t := range p.Tests {
			c.count(t)
		}
	}
	return c
}

func (c *Counts) count(t Test) {
	c.Tests++
	if t.Checked {
		c.Checked++
	}
	if t.Leaks() {
		c.Leaking++
	}
	if t.Outcome == Failed {
		c.Failed++
	}
	if !t.Checked && !t.IsExample() || t.Outcome == NotEnded || t.Error != "" {
		c.NotChecked++
	}
}

// Unconfirmed are the tests that left something only the first time.
func (o Observation) Unconfirmed() (all []TestName) {
	for _, p := range o.Packages {
		for _, t := range p.Tests {
			if t.Left != nil && !t.Leaks() {
				all = append(all, TestName{p.Path, t.Name})
			}
		}
	}
	return all
}
