package service

import (
	"cmp"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/internal/sites"
)

// descriptorFindings is what leaves descriptors, where no goroutines are left as often:
// with the places that allocated memory for files and connections.
func (j judged) descriptorFindings(goroutines []Finding) []Finding {
	for _, stage := range []Stage{Released, Hanging} {
		g := j.descriptors[stage]
		if g.rounds == nil || !g.leaks() {
			continue
		}
		f := Finding{Kind: Descriptors, Stage: stage, Site: Site{Function: "open descriptors"}, PerRequest: g.perRequest(), Left: g.left()}
		best, ok := opener(j.heap)
		if explained(f, goroutines, best.group.Stack) {
			return nil
		}
		if ok {
			f.Site, f.Stack = best.group.Site, best.group.Stack
		}
		return []Finding{f}
	}
	return nil
}

// explained reports whether goroutines hold connections for each of the descriptors: those
// of an upstream, or of clients, also where a handler has handed them to a goroutine.
func explained(f Finding, goroutines []Finding, opened []Frame) bool {
	held := 0.0
	for _, g := range goroutines {
		text := strings.Join(append(functions(g.Stack), g.With...), " ")
		if accepts(opened) || strings.Contains(text, "net/http.(*persistConn)") || strings.Contains(text, "internal/poll.") || strings.Contains(text, "net/http.(*conn).serve") {
			held += g.PerRequest
		}
	}
	return held >= f.PerRequest*(1-alikeShare)
}

// accepts reports whether a stack takes connections of clients.
func accepts(stack []Frame) bool {
	return slices.Contains(functions(stack), "net.(*netFD).accept")
}

func functions(stack []Frame) (names []string) {
	for _, f := range stack {
		names = append(names, f.Function)
	}
	return names
}

// opener is the place whose memory for files and connections grew most.
func opener(heap []gain) (best gain, ok bool) {
	for _, g := range heap {
		opens := slices.ContainsFunc(g.group.Stack, func(f Frame) bool {
			return strings.HasPrefix(f.Function, "os.newFile") || strings.HasPrefix(f.Function, "os.open") || strings.HasPrefix(f.Function, "os.Open") ||
				strings.HasPrefix(f.Function, "net.newFD") || strings.HasPrefix(f.Function, "net.(*netFD)")
		})
		if opens && sum(g.rounds) > 0 && (!ok || sum(g.rounds) > sum(best.rounds)) {
			best, ok = g, true
		}
	}
	return best, ok
}

// heapFindings are the places whose memory is left, but for those of other findings.
func (j judged) heapFindings(others []Finding) (all []Finding) {
	others = slices.DeleteFunc(slices.Clone(others), func(f Finding) bool { return f.Stage != Released })
	for _, g := range j.heap {
		if !g.leaksBytes() || held(g, others) {
			continue
		}
		all = append(all, Finding{Kind: Heap, Stage: Released, Site: g.group.Site, PerRequest: g.perRequest(), Left: sum(g.rounds), Stack: g.group.Stack})
	}
	slices.SortStableFunc(all, func(a, b Finding) int { return cmp.Compare(b.PerRequest, a.PerRequest) })
	return all
}

// held reports whether memory belongs to what another finding names: it was allocated by a
// function of it, or by no code of the user's.
func held(g gain, others []Finding) bool {
	for _, f := range others {
		if g.group.Owner != sites.Own || g.group.Function == f.Function || f.Creator != nil && g.group.Function == f.Creator.Function {
			return true
		}
		if slices.ContainsFunc(f.Stack, func(x Frame) bool { return x.Function == g.group.Function }) || accepted(g.group.Stack, f.Stack) {
			return true
		}
	}
	return false
}

// accepted reports whether memory belongs to a connection that a server has accepted: the
// library that the user's code called allocated it, and then started the goroutine that is
// left. Memory of a request has that goroutine in its own stack.
func accepted(memory, goroutine []Frame) bool {
	at := slices.IndexFunc(memory, own)
	if at < 1 || len(goroutine) == 0 {
		return false
	}
	first := goroutine[len(goroutine)-1]
	return !own(first) && memory[at-1].Package() == first.Package() && !slices.Contains(functions(memory), first.Function)
}
