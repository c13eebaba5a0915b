package service

import (
	"cmp"
	"math"
	"slices"

	"github.com/watertight-go/watertight/internal/sites"
)

// findings are what the last version leaves, and then what only the one before did.
func findings(sides []judged, rows []Row) (all []Finding) {
	var each [][]Finding
	for _, s := range sides {
		each = append(each, s.findings())
	}
	if len(each) == 1 {
		for i := range each[0] {
			each[0][i].Word = Fails
		}
		return each[0]
	}
	for i := range each[len(each)-1] {
		f := &each[1][i]
		f.Word = wordAfter(find(each[0], *f), *f, sides[0], rows)
		all = append(all, *f)
	}
	for _, f := range each[0] {
		if find(each[1], f) == nil {
			f.Word = Fixed
			if !sides[1].whole {
				f.Word = Unknown
			}
			all = append(all, f)
		}
	}
	return all
}

// find is the same place in another version; nil where nothing is left there.
func find(all []Finding, f Finding) *Finding {
	for i, g := range all {
		if g.Kind == f.Kind && g.Function == f.Function && creatorOf(g) == creatorOf(f) {
			return &all[i]
		}
	}
	return nil
}

// creatorOf is the function of the go statement where the site is no code of the user's.
func creatorOf(f Finding) string {
	if f.Owner == sites.Own || f.Creator == nil {
		return ""
	}
	return f.Creator.Function
}

func wordAfter(before *Finding, f Finding, side judged, rows []Row) Word {
	switch {
	case before == nil && !side.whole:
		return Unknown
	case before == nil:
		return wordOf(f, rows)
	case f.PerRequest <= before.PerRequest/2:
		return Better
	}
	return StillFailing
}

// wordOf is the word for a place that leaks only after: that of its measure.
func wordOf(f Finding, rows []Row) Word {
	for _, row := range rows {
		if row.Measure == measureOf(f.Kind, f.Stage) && row.Word != Same {
			return row.Word
		}
	}
	return Broken
}

// findings are the places of one version, the worst first.
func (j judged) findings() []Finding {
	goroutines := j.goroutineFindings()
	all := append(goroutines, j.descriptorFindings(goroutines)...)
	all = append(all, j.heapFindings(all)...)
	for i := range all {
		all[i].Side = j.Name
	}
	return all
}

// goroutineFindings are the places that leave goroutines, each once: for good where that
// is at least half of what it leaves while the upstream hangs.
func (j judged) goroutineFindings() (all []Finding) {
	good := leftBy(j.goroutines[Released], Released)
	for _, f := range leftBy(j.goroutines[Hanging], Hanging) {
		at := slices.IndexFunc(good, func(g Finding) bool { return find([]Finding{g}, f) != nil })
		if at < 0 || good[at].PerRequest < f.PerRequest/2 {
			all = append(all, f)
		}
	}
	all = append(all, good...)
	slices.SortStableFunc(all, func(a, b Finding) int { return cmp.Compare(rank(a), rank(b)) })
	all = together(all)
	slices.SortStableFunc(all, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(stageRank(a), stageRank(b)), cmp.Compare(rank(a), rank(b)), cmp.Compare(b.PerRequest, a.PerRequest))
	})
	return all
}

func stageRank(f Finding) int { return slices.Index([]Stage{Released, Hanging}, f.Stage) }

// rank puts places in the user's own code first.
func rank(f Finding) int {
	return slices.Index([]sites.Owner{sites.Own, sites.Dependency, sites.Standard}, f.Owner)
}

// leftBy are the sites that leave goroutines. One outside of the user's code is a finding
// for each go statement of the user's that its goroutines come from.
func leftBy(gains []gain, stage Stage) (all []Finding) {
	for _, g := range gains {
		if !g.leaks() {
			continue
		}
		f := Finding{Kind: Goroutines, Stage: stage, Site: g.group.Site, PerRequest: g.perRequest(), Left: sum(g.rounds), Stack: g.group.Stack}
		if g.group.Owner == sites.Own || len(g.group.Creators) < 2 {
			if len(g.group.Creators) > 0 {
				f.Creator = &g.group.Creators[0].Frame
			}
			all = append(all, f)
			continue
		}
		all = append(all, byCreator(f, g.group.Creators)...)
	}
	return all
}

// leastPart is the part of a site's goroutines that a go statement has to be named.
const leastPart = 0.1

// byCreator splits a finding by go statements.
func byCreator(f Finding, creators []Created) (all []Finding) {
	total := 0
	for _, c := range creators {
		total += c.Count
	}
	for _, c := range creators {
		part := float64(c.Count) / float64(total)
		if part < leastPart {
			continue
		}
		x := f
		x.Creator, x.PerRequest, x.Left = &c.Frame, f.PerRequest*part, math.Round(f.Left*part)
		all = append(all, x)
	}
	return all
}

// alikeShare is how much the numbers of places may differ that are started together.
const alikeShare = 0.2

// together makes one finding of a place in the user's code and of the goroutines of
// libraries that are left as often, or that come from the same go statement.
func together(all []Finding) (kept []Finding) {
	for _, f := range all {
		at := slices.IndexFunc(kept, func(k Finding) bool {
			if k.Stage != f.Stage || f.Owner == sites.Own {
				return false
			}
			alike := math.Abs(f.PerRequest/k.PerRequest-1) <= alikeShare
			switch {
			case k.Creator != nil && f.Creator != nil && *k.Creator == *f.Creator:
				return true
			case k.Owner == sites.Own:
				return alike
			}
			return alike && k.Creator == nil && f.Creator == nil && packageOf(k) == packageOf(f)
		})
		if at < 0 {
			kept = append(kept, f)
			continue
		}
		kept[at].With = append(kept[at].With, f.Function)
	}
	return kept
}

func packageOf(f Finding) string { return Frame{Function: f.Function}.Package() }
