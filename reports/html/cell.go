package html

import (
	"fmt"
	"strings"
	"time"

	"github.com/watertight-go/watertight/internal/format"
	"github.com/watertight-go/watertight/internal/plaintext"
	"github.com/watertight-go/watertight/reports/internal/view"
	"github.com/watertight-go/watertight/scenarios"
)

// pageCell is the details of a cell, which open below the matrix.
type pageCell struct {
	Executor int  `json:"e"`
	Scenario int  `json:"s"`
	Race     bool `json:"race,omitempty"`
	// Sign is what the matrix shows; Facts are the conditions, in words.
	Sign  ref   `json:"sign"`
	Facts []ref `json:"facts,omitempty"`
	// Compared is the relation to the executor before, and what differs.
	Compared []ref `json:"compared,omitempty"`
	// Clauses are indexes into page.Clauses.
	Clauses []int      `json:"clauses,omitempty"`
	Calls   []pageCall `json:"calls,omitempty"`
	// Latency are n, p50, p90, p99, max and mean.
	Latency []ref `json:"latency,omitempty"`
	// Left and Released are the leftovers before and after the agents were
	// released, on the machine's clock. Sites are the goroutines of Left.
	Left     []ref      `json:"left,omitempty"`
	Released []ref      `json:"released,omitempty"`
	Sites    []pageSite `json:"sites,omitempty"`
	// Crash is how the process died, and the lines that it printed.
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

// cellOf is everything that the page shows of a cell.
func (b *pageBuilder) cellOf(c scenarios.Cell) pageCell {
	o, m := c.Observation, c.Observation.OnMachine()
	p := pageCell{
		Executor: b.executor[o.Executor], Scenario: b.scenario[o.Scenario], Race: o.Race,
		Sign:     b.pool.text(strings.Join(view.VerdictSign(c.Verdict).Lines, " ")),
		Facts:    b.pool.texts(conditions(o), mostEvidence),
		Compared: b.comparison(o), Clauses: b.clauseRefs(c.Verdict),
		Calls: b.calls(o), Latency: b.latency(o.Totals.Latency), Sites: b.sites(m), Series: newSeries(o),
		Left: b.pool.texts(leftoverTexts(m.Left), mostEvidence), Released: b.pool.texts(leftoverTexts(m.Released), mostEvidence),
		Notes: b.pool.texts(cellNotes(o), mostEvidence),
	}
	if k := o.AnyCrash(); k != nil {
		p.Crash = append([]ref{b.pool.text(fmt.Sprintf("%s: %s", k.Kind, k.Message))}, b.pool.texts(stackLines(k.Stacks), mostLines)...)
	}
	for _, f := range o.Profiles {
		p.Profiles = append(p.Profiles, b.pool.text(inFolder(f.Path)))
	}
	return p
}

// comparison says how the cell relates to that of the executor before.
func (b *pageBuilder) comparison(o scenarios.Observation) []ref {
	k, ok := b.compared[[2]string{o.Executor, o.Scenario}]
	if !ok || o.Race {
		return nil
	}
	first := b.pool.text(fmt.Sprintf("against %s: %s", plaintext.Name(k.Before), k.Relation))
	return append([]ref{first}, b.pool.texts(k.How, mostEvidence)...)
}

func (b *pageBuilder) latency(l scenarios.Latency) []ref {
	if l.N == 0 {
		return nil
	}
	refs := []ref{b.pool.text(fmt.Sprint(l.N))}
	for _, d := range []time.Duration{l.P50, l.P90, l.P99, l.Max, l.Mean} {
		refs = append(refs, b.pool.text(format.Duration(d)))
	}
	return refs
}

// clauseRefs are the indexes of a verdict's clause results. Many cells share
// one.
func (b *pageBuilder) clauseRefs(v scenarios.Verdict) (all []int) {
	for _, k := range v.Clauses {
		var evidence []string
		for _, e := range k.Evidence {
			evidence = append(evidence, stackLines(e)...)
		}
		all = append(all, b.clauseRef(pageClause{int(k.Clause), b.pool.text(view.ClauseTitle(k.Clause)), b.pool.name(string(k.Status)),
			b.pool.text(k.Got), b.pool.text(k.Want), b.pool.text(k.Reason), b.pool.texts(evidence, mostEvidence)}))
	}
	return all
}

func (b *pageBuilder) clauseRef(k pageClause) int {
	key := fmt.Sprint(k)
	i, known := b.clauseIndex[key]
	if !known {
		i = len(b.clauses)
		b.clauseIndex[key], b.clauses = i, append(b.clauses, k)
	}
	return i
}
