package html

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/reports/internal/view"
	"github.com/watertight-go/watertight/scenarios"
)

// pageSite are the goroutines that one go statement created.
type pageSite struct {
	Place ref         `json:"place"`
	File  ref         `json:"file,omitempty"`
	By    ref         `json:"by,omitempty"`
	Count int         `json:"count"`
	Kinds []*pageKind `json:"kinds"`
}

// pageKind are goroutines of a site with the same class, state and stack. Labels
// are the labels of all of them.
type pageKind struct {
	Class  ref   `json:"class"`
	Count  int   `json:"count"`
	State  ref   `json:"state,omitempty"`
	Labels ref   `json:"labels,omitempty"`
	Stack  []ref `json:"stack,omitempty"`
	labels []string
}

// mostSites and mostKinds limit what one cell shows.
const (
	mostSites = 40
	mostKinds = 20
)

// sites groups the goroutines that were left behind by the place of their go
// statement, the largest group first.
func (b *pageBuilder) sites(o scenarios.Observation) (all []pageSite) {
	findings, counts := o.Left.Leak.Findings, map[string]int{}
	var order []leak.Finding // one of each site
	for _, f := range findings {
		if _, seen := counts[siteKey(f)]; !seen {
			order = append(order, f)
		}
		counts[siteKey(f)] += f.Count
	}
	slices.SortStableFunc(order, func(x, y leak.Finding) int { return cmp.Compare(counts[siteKey(y)], counts[siteKey(x)]) })
	index := map[string]int{}
	for i, f := range order[:min(len(order), mostSites)] {
		index[siteKey(f)] = i
		all = append(all, pageSite{Place: b.pool.text(view.Origin(b.Report, o, f)), By: b.pool.text(f.CreatedBy), File: b.pool.text(f.File), Count: counts[siteKey(f)]})
	}
	b.addKinds(all, index, findings)
	return all
}

// siteKey identifies a go statement.
func siteKey(f leak.Finding) string { return fmt.Sprintf("%s\x00%s:%d", f.CreatedBy, f.File, f.Line) }

// addKinds adds the findings to their sites. index has the sites that are shown.
func (b *pageBuilder) addKinds(all []pageSite, index map[string]int, findings []leak.Finding) {
	kinds := map[string]*pageKind{}
	for _, f := range findings {
		if i, shown := index[siteKey(f)]; shown {
			b.addKind(&all[i], kinds, f)
		}
	}
	for _, s := range all {
		for _, k := range s.Kinds {
			k.Labels = b.pool.add(strings.Join(k.labels, ", "), 200)
		}
	}
}

// addKind adds a finding to the goroutines of its site that are like it.
func (b *pageBuilder) addKind(s *pageSite, kinds map[string]*pageKind, f leak.Finding) {
	lines := stackLines(f.Stack)
	if len(lines) == 0 && f.Function != "" {
		lines = []string{f.Function}
	}
	key := fmt.Sprintf("%s\x00%s\x00%s\x00%s", siteKey(f), f.Class, f.State, strings.Join(lines, "\n"))
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
			continue // the same in the whole cell
		}
		if text := key + " " + f.Labels[key]; !slices.Contains(k.labels, text) && len(k.labels) < 100 {
			k.labels = append(k.labels, text)
		}
	}
}
