package suite

// Verdict is what is said of a place beside what was known of it, or what another
// version showed.
type Verdict string

const (
	// Found: there is nothing to compare with.
	Found Verdict = "found"
	// New: it is in the later version, or not in the list of known leaks.
	New Verdict = "new"
	// Fixed: it was in the earlier version, or is in the list, and is left no more.
	Fixed Verdict = "fixed"
	// Stays: both versions show it.
	Stays Verdict = "stays"
	// Moved: both show it, created by another function.
	Moved Verdict = "moved"
	// Flaky: some runs of a version show it and others do not, which decides nothing.
	Flaky Verdict = "flaky"
	// Known: it is in the list of known leaks.
	Known Verdict = "known"
	// Expired: it is in the list, and the date until which it is known is over.
	Expired Verdict = "expired"
)

// Fails reports whether a place with this verdict fails a run.
func (v Verdict) Fails() bool { return v == Found || v == New || v == Expired }

// Side is one version of the module.
type Side struct {
	// Name is how the user called it: a ref, a version, or empty for the working tree.
	Name string `json:"name,omitempty"`
	// Dir is the folder of its module.
	Dir string `json:"dir"`
	// Runs are what each of its runs saw, at least one.
	Runs []Observation `json:"runs"`
}

// Result is what a run of one version came to, or of two. Every form of report is made
// of it.
type Result struct {
	// Before is the earlier version; nil where there is one version only.
	Before *Side `json:"before,omitempty"`
	After  Side  `json:"after"`
	// Sites are the places that leak or leaked, those that matter most first.
	Sites []Site `json:"sites"`
}

// NewResult is that of one run of one version, with nothing to compare it with.
func NewResult(dir string, o Observation) Result {
	return Result{After: Side{Dir: dir, Runs: []Observation{o}}, Sites: o.Sites()}
}

// Failing are the places that fail the run.
func (r Result) Failing() (some []Site) {
	for _, s := range r.Sites {
		if s.Verdict.Fails() {
			some = append(some, s)
		}
	}
	return some
}

// Observed are all runs, those of the earlier version first.
func (r Result) Observed() (all []Observation) {
	if r.Before != nil {
		all = append(all, r.Before.Runs...)
	}
	return append(all, r.After.Runs...)
}
