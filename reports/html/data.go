package html

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/watertight-go/watertight/internal/format"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/reports/internal/plaintext"
	"github.com/watertight-go/watertight/reports/internal/view"
	"github.com/watertight-go/watertight/scenarios"
)

// page is the data that the HTML report's script draws from. Only what the page
// shows is in it; each string is stored once and referred to by its place, and
// moments are whole microseconds, so that a report of 6 MB comes to a twentieth.
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

// ref is a place in page.Strings; 0 is the empty string.
type ref int

// pool gives each string its place. What it is given is made harmless first.
type pool struct {
	all   []string
	place map[string]ref
}

func newPool() *pool { return &pool{all: []string{""}, place: map[string]ref{"": 0}} }

// add keeps s in at most most columns; zero for all of it.
func (p *pool) add(s string, most int) ref {
	s = plaintext.Clean(s)
	if most > 0 {
		s = plaintext.Shorten(s, most)
	}
	r, known := p.place[s]
	if !known {
		r = ref(len(p.all))
		p.all, p.place[s] = append(p.all, s), r
	}
	return r
}

// How much of a stored string the page shows.
const (
	mostText     = 2000
	mostEvidence = 20
	mostLines    = 60
)

func (p *pool) name(s string) ref { return p.add(s, plaintext.MostName) }
func (p *pool) text(s string) ref { return p.add(s, mostText) }

// texts keeps at most most of all, and says how many are missing.
func (p *pool) texts(all []string, most int) (refs []ref) {
	for _, s := range all[:min(len(all), most)] {
		refs = append(refs, p.text(s))
	}
	if more := len(all) - most; more > 0 {
		refs = append(refs, p.text(fmt.Sprintf("and %d more, in report.json", more)))
	}
	return refs
}

// pageBuilder turns a report into a page.
type pageBuilder struct {
	*view.Index
	pool     *pool
	executor map[string]int
	scenario map[string]int
	compared map[[2]string]scenarios.Comparison
	// clauses are each kept once.
	clauses     []pageClause
	clausePlace map[string]int
	file        string
}

func newPage(x *view.Index, file string) page {
	b := &pageBuilder{Index: x, pool: newPool(), executor: map[string]int{}, scenario: map[string]int{},
		compared: map[[2]string]scenarios.Comparison{}, clausePlace: map[string]int{}, file: cmp.Or(file, "report.json")}
	p := page{Before: -1, After: -1}
	for i, name := range x.Executors {
		b.executor[name] = i
		p.Executors = append(p.Executors, b.pool.name(name))
		if name == x.Report.Before {
			p.Before = i
		}
		if name == x.Report.After {
			p.After = i
		}
	}
	for i, r := range x.Scenarios {
		b.scenario[r.Name] = i
		p.Scenarios = append(p.Scenarios, pageScenario{b.pool.name(r.Name), b.pool.name(r.MatrixRow), b.pool.text(r.Story)})
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

// us is a time in whole microseconds.
func us(d time.Duration) int64 { return d.Microseconds() }

// pageProjection is Projection with its numbers as they are.
type pageProjection struct {
	Executor   int         `json:"executor"`
	PerRequest [3]float64  `json:"perRequest"`
	PerBytes   [3]float64  `json:"perBytes"`
	Base       float64     `json:"base"`
	BaseBytes  float64     `json:"baseBytes"`
	Rate       float64     `json:"rate"`
	Limits     []pageLimit `json:"limits"`
}

type pageLimit struct {
	Name  ref     `json:"name"`
	Value float64 `json:"value"`
	Bytes bool    `json:"bytes,omitempty"`
	// Hours are center, low and high; Measured says that there are any.
	Hours    [3]float64 `json:"hours"`
	Measured bool       `json:"measured,omitempty"`
	Never    bool       `json:"never,omitempty"`
}

func (b *pageBuilder) projection(r reports.Projection) pageProjection {
	ends := func(i reports.Interval) [3]float64 { return [3]float64{i.Center, i.Low, i.High} }
	per, size := r.PerRequest, r.BytesPerGoroutine
	p := pageProjection{
		Executor: b.executor[r.Executor], PerRequest: ends(per), Base: r.BaseGoroutines, BaseBytes: r.BaseBytes, Rate: r.RequestsPerHour,
		PerBytes: [3]float64{per.Center * size.Center, per.Low * max(size.Low, 0), per.High * size.High},
	}
	for _, l := range r.Limits {
		p.Limits = append(p.Limits, pageLimit{Name: b.pool.name(l.Limit), Value: l.Value, Bytes: l.Value >= 1<<20, Hours: ends(l.Hours), Measured: l.Hours.N > 0, Never: l.Never})
	}
	return p
}

// pageFlames is Flames with the functions' names in the pool.
type pageFlames struct {
	Functions [][2]ref    `json:"functions"`
	Graphs    []pageFlame `json:"graphs"`
}

type pageFlame struct {
	// Group is what may be compared: kind and scenario; Name tells its members apart.
	Group    ref                 `json:"group"`
	Name     ref                 `json:"name"`
	Executor int                 `json:"executor"`
	Start    bool                `json:"start,omitempty"`
	Path     ref                 `json:"path"`
	Unit     ref                 `json:"unit"`
	Nodes    []reports.FlameNode `json:"nodes"`
}

// flames are the graphs, those of the scenario with most kinds of profiles
// first; a kind that is empty in a scenario for every executor is left out.
func (b *pageBuilder) flames() *pageFlames {
	all := b.Report.Flames
	if all == nil {
		return nil
	}
	type group struct{ kind, scenario string }
	filled, kinds := map[group]bool{}, map[string]map[string]bool{}
	for _, g := range all.Graphs {
		if len(g.Nodes) > 0 {
			filled[group{g.Kind, g.Scenario}] = true
			if kinds[g.Scenario] == nil {
				kinds[g.Scenario] = map[string]bool{}
			}
			kinds[g.Scenario][g.Kind] = true
		}
	}
	p := &pageFlames{}
	for _, f := range all.Functions {
		p.Functions = append(p.Functions, [2]ref{b.pool.add(f.Name, 300), b.pool.add(f.File, 300)})
	}
	graphs := slices.Clone(all.Graphs)
	slices.SortStableFunc(graphs, func(x, y reports.Flame) int {
		return cmp.Or(cmp.Compare(len(kinds[y.Scenario]), len(kinds[x.Scenario])), cmp.Compare(b.scenario[x.Scenario], b.scenario[y.Scenario]))
	})
	for _, g := range graphs {
		if !filled[group{g.Kind, g.Scenario}] {
			continue
		}
		name := plaintext.Name(g.Executor) + ", at the " + g.Moment
		p.Graphs = append(p.Graphs, pageFlame{
			Group: b.pool.text(fmt.Sprintf("%s (%s, %s) in %s", g.Kind, g.Type, g.Unit, plaintext.Name(g.Scenario))), Name: b.pool.text(name),
			Executor: b.executor[g.Executor], Start: g.Moment == "start",
			Path: b.pool.text(format.Shell(view.Beside(b.file, g.Path))), Unit: b.pool.name(g.Unit), Nodes: g.Nodes,
		})
	}
	return p
}
