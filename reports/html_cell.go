package reports

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/watertight-go/watertight/leak"
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
func (b *pageBuilder) cellOf(c Cell) pageCell {
	o := c.Observation
	p := pageCell{
		Executor: b.executor[o.Executor], Scenario: b.scenario[o.Scenario], Race: o.Race,
		Sign:  b.pool.text(strings.Join(verdictSign(c.Verdict).lines, " ")),
		Facts: b.pool.texts(conditions(o), mostEvidence),
		Calls: b.calls(o), Sites: b.sites(o.Left), Series: newSeries(o),
	}
	if k, ok := b.compared[[2]string{o.Executor, o.Scenario}]; ok && !o.Race {
		p.Compared = append(p.Compared, b.pool.text(fmt.Sprintf("against %s: %s", short(k.Before), k.Relation)))
		p.Compared = append(p.Compared, b.pool.texts(k.How, mostEvidence)...)
	}
	for _, k := range c.Verdict.Clauses {
		var evidence []string
		for _, e := range k.Evidence {
			evidence = append(evidence, stackLines(e)...)
		}
		p.Clauses = append(p.Clauses, b.clause(pageClause{int(k.Clause), b.pool.text(title(k.Clause)), b.pool.name(string(k.Status)),
			b.pool.text(k.Got), b.pool.text(k.Want), b.pool.text(k.Reason), b.pool.texts(evidence, mostEvidence)}))
	}
	if l := o.Totals.Latency; l.N > 0 {
		p.Latency = []ref{b.pool.text(fmt.Sprint(l.N))}
		for _, d := range []time.Duration{l.P50, l.P90, l.P99, l.Max, l.Mean} {
			p.Latency = append(p.Latency, b.pool.text(duration(d)))
		}
	}
	p.Left, p.Released = b.pool.texts(remaining(o.Left), mostEvidence), b.pool.texts(remaining(o.Released), mostEvidence)
	if k := o.Crash; k != nil {
		p.Crash = append([]ref{b.pool.text(fmt.Sprintf("%s: %s", k.Kind, k.Message))}, b.pool.texts(stackLines(k.Stacks), mostLines)...)
	}
	p.Notes = b.pool.texts(cellNotes(o), mostEvidence)
	for _, f := range o.Profiles {
		p.Profiles = append(p.Profiles, b.pool.text(shell(beside(b.file, f.Path))))
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
	all := []string{fmt.Sprintf("%s x %s on %s time", plural(s.Requests, "request"), plural(s.Agents, "agent"), cmp.Or(o.Clock, "unknown"))}
	for _, t := range []struct {
		name string
		d    time.Duration
	}{{"agent timeout", s.AgentTimeout}, {"tool timeout", s.ToolTimeout}, {"grace", s.Grace}, {"cell took", o.Elapsed}, {"timers up to late by", o.Control.Lateness}} {
		if t.d > 0 {
			all = append(all, t.name+" "+duration(t.d))
		}
	}
	if o.Control.Repeats > 0 {
		all = append(all, fmt.Sprintf("run again %s for late timers", plural(o.Control.Repeats, "time")))
	}
	t := o.Totals
	all = append(all, fmt.Sprintf("%d of %s returned, %d with results, %d with an error, %d still waiting", t.Returned, plural(t.Requests, "call"), t.WithResults, t.WithError, t.Blocked),
		fmt.Sprintf("%s started, at most %d at once, %d never ended", plural(t.AgentsStarted, "agent call"), max(t.Peak, t.PeakAll), t.AgentsRunning))
	return all
}

// remaining is a look at the process in words.
func remaining(r scenarios.Remains) []string {
	if !r.Looked {
		return []string{"not looked at: nothing may be concluded"}
	}
	all := []string{fmt.Sprintf("%s: %d in agents, %d others", plural(r.Leak.Goroutines, "goroutine"), r.ByAgent, r.ByExecutor)}
	if r.AgentOwn > 0 {
		all = append(all, fmt.Sprintf("%d of them started by an agent's own code", r.AgentOwn))
	}
	if r.Leak.HeapLooked {
		all = append(all, fmt.Sprintf("heap %s, stacks %s since the start", size(float64(r.Leak.Heap)), size(float64(r.Leak.Stacks))))
	}
	if r.Leak.DescriptorsLooked {
		all = append(all, fmt.Sprintf("%+d descriptors", r.Leak.Descriptors))
	}
	for _, a := range r.Leak.Allowed {
		all = append(all, fmt.Sprintf("%s may stay: %s", plural(a.Count, "goroutine"), a.Reason))
	}
	if r.Leak.Proof != "" {
		all = append(all, "proof: "+r.Leak.Proof)
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
		all = append(all, limitLine(o).text)
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

// pageSite are the goroutines that one go statement created.
type pageSite struct {
	Place ref         `json:"place"`
	File  ref         `json:"file,omitempty"`
	By    ref         `json:"by,omitempty"`
	Count int         `json:"count"`
	Kinds []*pageKind `json:"kinds"`
}

// pageKind are those of a site that look alike: class, state and stack. Labels
// are all of theirs.
type pageKind struct {
	Class  ref   `json:"class"`
	Count  int   `json:"count"`
	State  ref   `json:"state,omitempty"`
	Labels ref   `json:"labels,omitempty"`
	Stack  []ref `json:"stack,omitempty"`
	labels []string
}

// mostSites and mostKinds bound what one cell may show.
const (
	mostSites = 40
	mostKinds = 20
)

// sites groups goroutines that were left behind by the place of their go
// statement, most of them first. Those that differ in labels alone are one kind.
func (b *pageBuilder) sites(r scenarios.Remains) (all []pageSite) {
	at := func(f leak.Finding) string { return fmt.Sprintf("%s\x00%s:%d", f.CreatedBy, f.File, f.Line) }
	counts := map[string]int{}
	var order []leak.Finding // one of each site
	for _, f := range r.Leak.Findings {
		if _, seen := counts[at(f)]; !seen {
			order = append(order, f)
		}
		counts[at(f)] += f.Count
	}
	slices.SortStableFunc(order, func(x, y leak.Finding) int { return cmp.Compare(counts[at(y)], counts[at(x)]) })
	places := map[string]int{}
	for i, f := range order[:min(len(order), mostSites)] {
		places[at(f)] = i
		all = append(all, pageSite{Place: b.pool.text(place(f.File, f.Line)), By: b.pool.text(f.CreatedBy), File: b.pool.text(f.File), Count: counts[at(f)]})
	}
	kinds := map[string]*pageKind{}
	for _, f := range r.Leak.Findings {
		if i, shown := places[at(f)]; shown {
			b.addKind(&all[i], kinds, at(f), f)
		}
	}
	for _, s := range all {
		for _, k := range s.Kinds {
			k.Labels = b.pool.add(strings.Join(k.labels, ", "), 200)
		}
	}
	return all
}

// addKind adds a finding to those of its site that look alike.
func (b *pageBuilder) addKind(s *pageSite, kinds map[string]*pageKind, at string, f leak.Finding) {
	lines := stackLines(f.Stack)
	if len(lines) == 0 && f.Function != "" {
		lines = []string{f.Function}
	}
	key := fmt.Sprintf("%s\x00%s\x00%s\x00%s", at, f.Class, f.State, strings.Join(lines, "\n"))
	k := kinds[key]
	if k == nil {
		if len(s.Kinds) == mostKinds {
			return
		}
		k = &pageKind{Class: b.pool.name(string(f.Class)), State: b.pool.name(f.State), Stack: b.pool.texts(lines, mostLines)}
		kinds[key] = k
		s.Kinds = append(s.Kinds, k)
	}
	k.Count += f.Count
	k.addLabels(f)
}

func (k *pageKind) addLabels(f leak.Finding) {
	for _, key := range slices.Sorted(maps.Keys(f.Labels)) {
		if key == "executor" || key == "scenario" {
			continue // the cell's own
		}
		if text := key + " " + f.Labels[key]; !slices.Contains(k.labels, text) && len(k.labels) < 100 {
			k.labels = append(k.labels, text)
		}
	}
}

// What runtime.Stack prints of a frame and differs between goroutines that
// stand at the same place: arguments, and the offset in the function's code.
var (
	stackArgs   = regexp.MustCompile(`\((0x|\{|\.\.\.).*\)$`)
	stackOffset = regexp.MustCompile(` \+0x[0-9a-f]+$`)
	stackHead   = regexp.MustCompile(`^goroutine \d+ .*:$`)
	stackParent = regexp.MustCompile(` in goroutine \d+$`)
)

// stackLines are the lines of a stack without what tells one goroutine from
// another at the same place; file lines are indented.
func stackLines(text string) (lines []string) {
	text = strings.TrimRight(text, "\n")
	whole := strings.Count(text, "\n") + 1
	for i, l := range strings.SplitN(text, "\n", 2*mostLines+1) {
		if i == 2*mostLines {
			return append(lines, fmt.Sprintf("... and %d more lines", whole-i))
		}
		if l == "" && len(lines) == 0 || i == 0 && stackHead.MatchString(l) {
			continue
		}
		file := strings.HasPrefix(l, "\t")
		l = stackOffset.ReplaceAllString(strings.TrimPrefix(l, "\t"), "")
		if file {
			l = "    " + l
		} else {
			l = stackParent.ReplaceAllString(stackArgs.ReplaceAllString(l, "()"), "")
		}
		lines = append(lines, l)
	}
	return lines
}
