package html

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/watertight-go/watertight/internal/format"
	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/reports/internal/plaintext"
	"github.com/watertight-go/watertight/reports/internal/view"
	"github.com/watertight-go/watertight/scenarios"
)

// pageCell is what a cell of the matrix opens to.
type pageCell struct {
	Executor int  `json:"e"`
	Scenario int  `json:"s"`
	Race     bool `json:"race,omitempty"`
	// Sign is what the matrix shows; Facts are the conditions, in words.
	Sign  ref   `json:"sign"`
	Facts []ref `json:"facts,omitempty"`
	// Compared is the relation to the executor before, and what differs.
	Compared []ref `json:"compared,omitempty"`
	// Clauses are places in page.Clauses.
	Clauses []int      `json:"clauses,omitempty"`
	Calls   []pageCall `json:"calls,omitempty"`
	// Latency are n, p50, p90, p99, max and mean.
	Latency []ref `json:"latency,omitempty"`
	// Left and Released are what remained, in words; Sites the goroutines.
	Left     []ref      `json:"left,omitempty"`
	Released []ref      `json:"released,omitempty"`
	Sites    []pageSite `json:"sites,omitempty"`
	// Crash is how the process died, and the lines that it left.
	Crash []ref `json:"crash,omitempty"`
	Notes []ref `json:"notes,omitempty"`
	// Profiles are the paths of the files, quoted for a shell.
	Profiles []ref   `json:"profiles,omitempty"`
	Series   *series `json:"series,omitempty"`
}

// pageClause is number, title, status, got, want, reason, and lines of evidence.
type pageClause struct {
	Clause   int   `json:"n"`
	Title    ref   `json:"title,omitempty"`
	Status   ref   `json:"status"`
	Got      ref   `json:"got,omitempty"`
	Want     ref   `json:"want,omitempty"`
	Reason   ref   `json:"reason,omitempty"`
	Evidence []ref `json:"evidence,omitempty"`
}

// cellOf is a cell with everything that the page shows of it.
func (b *pageBuilder) cellOf(c scenarios.Cell) pageCell {
	o := c.Observation
	p := pageCell{
		Executor: b.executor[o.Executor], Scenario: b.scenario[o.Scenario], Race: o.Race,
		Sign:  b.pool.text(strings.Join(view.VerdictSign(c.Verdict).Lines, " ")),
		Facts: b.pool.texts(conditions(o), mostEvidence),
		Calls: b.calls(o), Sites: b.sites(o), Series: newSeries(o),
	}
	if k, ok := b.compared[[2]string{o.Executor, o.Scenario}]; ok && !o.Race {
		p.Compared = append(p.Compared, b.pool.text(fmt.Sprintf("against %s: %s", plaintext.Name(k.Before), k.Relation)))
		p.Compared = append(p.Compared, b.pool.texts(k.How, mostEvidence)...)
	}
	for _, k := range c.Verdict.Clauses {
		var evidence []string
		for _, e := range k.Evidence {
			evidence = append(evidence, stackLines(e)...)
		}
		p.Clauses = append(p.Clauses, b.clause(pageClause{int(k.Clause), b.pool.text(view.ClauseTitle(k.Clause)), b.pool.name(string(k.Status)),
			b.pool.text(k.Got), b.pool.text(k.Want), b.pool.text(k.Reason), b.pool.texts(evidence, mostEvidence)}))
	}
	if l := o.Totals.Latency; l.N > 0 {
		p.Latency = []ref{b.pool.text(fmt.Sprint(l.N))}
		for _, d := range []time.Duration{l.P50, l.P90, l.P99, l.Max, l.Mean} {
			p.Latency = append(p.Latency, b.pool.text(format.Duration(d)))
		}
	}
	p.Left, p.Released = b.pool.texts(remaining(o.Left), mostEvidence), b.pool.texts(remaining(o.Released), mostEvidence)
	if k := o.Crash; k != nil {
		p.Crash = append([]ref{b.pool.text(fmt.Sprintf("%s: %s", k.Kind, k.Message))}, b.pool.texts(stackLines(k.Stacks), mostLines)...)
	}
	p.Notes = b.pool.texts(cellNotes(o), mostEvidence)
	for _, f := range o.Profiles {
		p.Profiles = append(p.Profiles, b.pool.text(format.Shell(view.Beside(b.file, f.Path))))
	}
	return p
}

// clause is the place of k, which many cells share.
func (b *pageBuilder) clause(k pageClause) int {
	key := fmt.Sprint(k)
	i, known := b.clausePlace[key]
	if !known {
		i = len(b.clauses)
		b.clausePlace[key], b.clauses = i, append(b.clauses, k)
	}
	return i
}

// conditions are what a cell ran under.
func conditions(o scenarios.Observation) []string {
	s := o.Setup
	all := []string{fmt.Sprintf("%s x %s on %s time", plural.Count(s.Requests, "request"), plural.Count(s.Agents, "agent"), cmp.Or(o.Clock, "unknown"))}
	for _, t := range []struct {
		name string
		d    time.Duration
	}{{"agent timeout", s.AgentTimeout}, {"tool timeout", s.ToolTimeout}, {"grace", s.Grace}, {"cell took", o.Elapsed}, {"timers up to late by", o.Control.Lateness}} {
		if t.d > 0 {
			all = append(all, t.name+" "+format.Duration(t.d))
		}
	}
	if o.Control.Repeats > 0 {
		all = append(all, fmt.Sprintf("run again %s for late timers", plural.Count(o.Control.Repeats, "time")))
	}
	t := o.Totals
	all = append(all, fmt.Sprintf("%d of %s returned, %d with results, %d with an error, %d still waiting", t.Returned, plural.Count(t.Requests, "call"), t.WithResults, t.WithError, t.Blocked),
		fmt.Sprintf("%s started, at most %d at once, %d never ended", plural.Count(t.AgentsStarted, "agent call"), max(t.Peak, t.PeakAll), t.AgentsRunning))
	return all
}

// remaining is a look at the process in words.
func remaining(r scenarios.Leftovers) []string {
	if !r.Inspected {
		return []string{"not looked at: nothing may be concluded"}
	}
	all := []string{fmt.Sprintf("%s: %d in agents, %d others", plural.Count(r.Leak.Goroutines, "goroutine"), r.ByAgent, r.ByExecutor)}
	if r.AgentOwn > 0 {
		all = append(all, fmt.Sprintf("%d of them started by an agent's own code", r.AgentOwn))
	}
	if r.Leak.HeapMeasured {
		all = append(all, fmt.Sprintf("heap %s, stacks %s since the start", format.Size(float64(r.Leak.Heap)), format.Size(float64(r.Leak.Stacks))))
	}
	if r.Leak.DescriptorsMeasured {
		all = append(all, fmt.Sprintf("%+d descriptors", r.Leak.Descriptors))
	}
	for _, a := range r.Leak.Allowed {
		all = append(all, fmt.Sprintf("%s may stay: %s", plural.Count(a.Count, "goroutine"), a.Reason))
	}
	if r.Leak.ProofStatus != "" {
		all = append(all, "proof: "+r.Leak.ProofStatus)
	}
	switch g := r.Goleak; {
	case g.Differs != "":
		all = append(all, "goleak differs: "+g.Differs)
	case g.Asked:
		all = append(all, fmt.Sprintf("goleak, the second witness, names %d", g.Found))
	case g.Why != "":
		all = append(all, "goleak: "+g.Why)
	}
	return append(all, r.Leak.Warnings...)
}

func cellNotes(o scenarios.Observation) (all []string) {
	if o.Limit != nil {
		all = append(all, view.LimitLine(o).Text)
	}
	for _, s := range o.InputTouched {
		all = append(all, "input modified: "+s)
	}
	for _, s := range o.Races {
		all = append(all, "race: "+s)
	}
	for _, c := range o.Calls {
		for _, s := range c.Changed {
			all = append(all, fmt.Sprintf("request %d: changed after it was returned: %s", c.Index, s))
		}
	}
	for _, s := range o.Warnings {
		all = append(all, "warning: "+s)
	}
	return all
}
