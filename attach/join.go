package attach

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/watertight-go/watertight/attach/internal/floors"
	"github.com/watertight-go/watertight/internal/sites"
)

// together is how much the slopes of sites may differ that are started together.
const together = 0.2

// join makes one finding of sites that rise together: the goroutines of the standard
// library that a connection has go with the user's code that rises as fast.
func join(all []rise) []rise {
	slices.SortStableFunc(all, func(a, b rise) int {
		return cmp.Or(cmp.Compare(ownership(a), ownership(b)), cmp.Compare(b.answer.Slope, a.answer.Slope))
	})
	var kept []rise
	for _, x := range all {
		if to := companion(kept, x); to != nil {
			to.absorb(x)
			continue
		}
		kept = append(kept, x)
	}
	return kept
}

// absorb makes x a part of a finding. Where they rise alike, the surer grade counts.
func (k *rise) absorb(x rise) {
	k.with = append(k.with, x.site.Function)
	k.proven += x.proven
	if x.answer.Grade == floors.Leak && math.Abs(x.answer.Slope/k.answer.Slope-1) <= together {
		k.answer.Grade, k.answer.Why = floors.Leak, ""
	}
}

// onNetwork are the sites that rise while their goroutines wait for the network: each of
// these may hold descriptors. They are named beside the descriptors and not joined with
// them, since other descriptors may leak at the same time.
func onNetwork(all []rise) (names []string) {
	for _, k := range all {
		network := slices.ContainsFunc(append(functions(k.stack), k.with...), func(f string) bool {
			pkg := Frame{Function: f}.Package()
			return pkg == "net/http" || pkg == "net" || pkg == "internal/poll"
		})
		if network && k.kind == Goroutines && k.answer.Slope > 0 {
			names = append(names, k.site.Function)
		}
	}
	return names
}

func functions(stack []Frame) (names []string) {
	for _, f := range stack {
		names = append(names, f.Function)
	}
	return names
}

func ownership(x rise) int {
	return slices.Index([]sites.Owner{sites.Own, sites.Dependency, sites.Standard}, x.site.Owner)
}

// companion is the site that x rises together with; nil where it is a finding of its
// own. Code of the user's is always one. A site of the standard library that rises as
// fast as several together goes with the steepest of them.
func companion(kept []rise, x rise) *rise {
	if x.site.Owner == sites.Own || x.answer.Grade == "" {
		return nil
	}
	sum, best, nearest := 0.0, -1, math.Inf(1)
	for i, k := range kept {
		if k.answer.Slope <= 0 {
			continue
		}
		sum += k.answer.Slope
		d := math.Abs(x.answer.Slope/k.answer.Slope - 1)
		if d <= together && shares(k, x) {
			d = -1 / (1 + d) // a site that waits in the same package is nearer than any other
		}
		if d < nearest {
			best, nearest = i, d
		}
	}
	switch {
	case best < 0:
		return nil
	case nearest <= together:
		return &kept[best]
	case x.answer.Slope <= sum*(1+together) && ownership(kept[0]) == 0:
		return &kept[0]
	}
	return nil
}

// shares reports whether a site waits in code of the package of another one.
func shares(k, x rise) bool {
	pkg := Frame{Function: x.site.Function}.Package()
	return slices.ContainsFunc(k.stack, func(f Frame) bool { return f.Package() == pkg })
}

// findings groups the rises of all processes by program, kind and site.
func findings(all []rise) []Finding {
	var out []Finding
	at := map[string]int{}
	for _, x := range all {
		key := fmt.Sprintf("%s\x00%s\x00%s", x.build, x.kind, x.key)
		i, known := at[key]
		if !known {
			i = len(out)
			at[key] = i
			out = append(out, Finding{Kind: x.kind, Site: x.site, Build: x.build, Stack: x.stack})
		}
		out[i].include(x)
	}
	for i := range out {
		out[i].conclude()
	}
	return out
}

// include adds what one process shows.
func (f *Finding) include(x rise) {
	f.Proven += x.proven
	for _, w := range x.with {
		if !slices.Contains(f.With, w) {
			f.With = append(f.With, w)
		}
	}
	f.Creator = cmp.Or(f.Creator, x.creator)
	g := Growth{Instance: x.instance, Verdict: verdictOf(x), Curve: x.curve, First: x.answer.First, Last: x.answer.Last}
	if x.answer.Grade != "" {
		g.PerSecond = x.answer.Slope
		f.PerSecond += x.answer.Slope
		f.Low = f.PerSecond - math.Hypot(f.margin(), x.answer.Slope-x.answer.Low)
		f.High = 2*f.PerSecond - f.Low
		f.PerRequest = max(f.PerRequest, x.answer.PerRequest)
		f.Why = cmp.Or(f.Why, x.answer.Why)
	}
	f.Processes = append(f.Processes, g)
}

// margin is half of the interval before a slope was added.
func (f *Finding) margin() float64 {
	if f.High == 0 && f.Low == 0 {
		return 0
	}
	return (f.High - f.Low) / 2
}

// conclude is the verdict of the surest process.
func (f *Finding) conclude() {
	f.Verdict = f.Processes[0].Verdict
	for _, p := range f.Processes {
		if certainty(p.Verdict) < certainty(f.Verdict) {
			f.Verdict = p.Verdict
		}
	}
	if f.Verdict == Leak {
		f.Why = ""
	}
}

func verdictOf(x rise) Verdict {
	switch {
	case x.answer.Grade == floors.Leak, x.answer.Grade == floors.Suspected && x.proven > 0:
		return Leak // a proof counts as much as a second inspection
	case x.proven > 0:
		return ProvenOnly
	case x.answer.Grade == floors.Suspected:
		return Suspected
	}
	return Unknown
}

// compareBuilds gives each finding a word where two builds were watched: the first that
// was seen is the one before.
func compareBuilds(r *Result, o Observation) {
	var builds []string
	judged := map[string]bool{}
	for _, in := range o.Instances {
		for _, run := range in.Runs {
			if run.Build != "" && !slices.Contains(builds, run.Build) {
				builds = append(builds, run.Build)
			}
			judged[run.Build] = judged[run.Build] || len(run.Goroutines.At) >= floors.Least
		}
	}
	if len(builds) != 2 {
		return
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		other := builds[0]
		if f.Build == builds[0] {
			other = builds[1]
		}
		f.Change = changeOf(*f, f.Build == builds[0], judged[other], r.find(*f, other))
	}
}

// find is the same site in another build; nil where it does not rise there.
func (r *Result) find(f Finding, build string) *Finding {
	for i, g := range r.Findings {
		if g.Build == build && g.Kind == f.Kind && g.Function == f.Function {
			return &r.Findings[i]
		}
	}
	return nil
}

func changeOf(f Finding, before, judged bool, other *Finding) string {
	switch {
	case !judged, f.Verdict == Unknown, f.Verdict == Suspected:
		return "unknown"
	case other == nil && before:
		return "fixed"
	case other == nil:
		return "BROKEN"
	case other.Failing():
		return "still failing"
	}
	return "unknown"
}
