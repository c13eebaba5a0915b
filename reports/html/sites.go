package html

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
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

// sites groups the goroutines that were left behind by the place of their go
// statement, the largest group first.
func (b *pageBuilder) sites(o scenarios.Observation) (all []pageSite) {
	r := o.Left
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
		all = append(all, pageSite{Place: b.pool.text(view.Origin(b.Report, o, f)), By: b.pool.text(f.CreatedBy), File: b.pool.text(f.File), Count: counts[at(f)]})
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
