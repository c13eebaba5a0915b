package reports

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/scenarios"
)

// doubts are what could not be looked at, what was waived and why, and where the
// witnesses disagree.
func doubts(x *index) section {
	s := section{id: "doubts", title: "Doubts"}
	var unknown, waived, differs, warned groups
	asked := 0
	for _, c := range x.report.Cells {
		o := c.Observation
		if c.Verdict.Status() == scenarios.Unknown || len(withStatus(c.Verdict, scenarios.Unknown)) > 0 {
			unknown.add(unknownReason(c.Verdict), o)
		}
		for _, reason := range waiverReasons(c.Verdict) {
			waived.add(reason, o)
		}
		for _, rem := range []scenarios.Remains{o.Left, o.Released} {
			if rem.Goleak.Asked {
				asked++
			}
			if rem.Goleak.Differs != "" {
				differs.add(rem.Goleak.Differs, o)
			}
		}
		for _, w := range o.Warnings {
			warned.add(w, o)
		}
	}
	s.notes = append(s.notes, unknown.lines("unknown", doubt)...)
	s.notes = append(s.notes, waived.lines("waived", doubt)...)
	s.notes = append(s.notes, differs.lines("goleak differs", doubt)...)
	if asked > 0 && len(differs.reasons) == 0 {
		s.notes = append(s.notes, note("goleak, asked %s as the second witness, agrees every time", plural(asked, "time")))
	}
	for _, w := range x.report.Warnings {
		s.notes = append(s.notes, line{text: "warning: " + w, tone: doubt})
	}
	s.notes = append(s.notes, warned.lines("warning", faint)...)
	for _, l := range []struct{ what, says string }{{"race detector", x.report.Environment.Race}, {"proof of leaks", x.report.Environment.Proof}} {
		if l.says != "" {
			s.notes = append(s.notes, note("%s: %s", l.what, l.says))
		}
	}
	return s
}

// unknownReason is why the first clause could not be judged.
func unknownReason(v scenarios.Verdict) string {
	for _, k := range v.Clauses {
		if k.Status == scenarios.Unknown && k.Reason != "" {
			return k.Reason
		}
	}
	return "no reason was stored"
}

// waiverReasons are those that a verdict's waived clauses give, each once.
func waiverReasons(v scenarios.Verdict) (reasons []string) {
	for _, k := range v.Clauses {
		if k.Status == scenarios.Waived && !slices.Contains(reasons, k.Reason) {
			reasons = append(reasons, k.Reason)
		}
	}
	return reasons
}

// next is where the files are, and what a reader may want to run.
func next(x *index, file string) section {
	s := section{id: "files", title: "Files, and what to do next"}
	if file == "" {
		file = "report.json"
	}
	file = filepath.ToSlash(file)
	count := 0
	for _, c := range x.report.Cells {
		count += len(c.Observation.Profiles)
	}
	text := "the report: " + file
	if count > 0 {
		text += fmt.Sprintf("; %s beside it", plural(count, "profile"))
	}
	s.notes = append(s.notes, note("%s", text))
	for _, p := range worthwhile(x) {
		s.notes = append(s.notes, line{text: "go tool pprof -top " + shell(beside(file, p.Path)), command: true})
	}
	s.notes = append(s.notes, line{text: "stress report -format markdown " + shell(file), command: true})
	return s
}

// worthwhile are the profiles to open first, of goroutines and of the heap: of
// the cell that left most behind, among those that have both where one has.
func worthwhile(x *index) []scenarios.ProfileFile {
	var best []scenarios.ProfileFile
	most := 0
	for _, c := range x.report.Cells {
		o := c.Observation
		var found []scenarios.ProfileFile
		for _, kind := range []string{"goroutine", "heap"} {
			if p, ok := profile(o.Profiles, kind); ok {
				found = append(found, p)
			}
		}
		n := o.Left.Leak.Goroutines
		if len(found) > len(best) || len(found) == len(best) && n > most {
			best, most = found, n
		}
	}
	return best
}

// beside is a path relative to the report, from where the reader stands.
func beside(file, name string) string {
	name = filepath.ToSlash(name)
	if path.IsAbs(name) {
		return name
	}
	return path.Join(path.Dir(file), name)
}

// profile is the difference of a kind's profiles, or the one at the end.
func profile(all []scenarios.ProfileFile, kind string) (scenarios.ProfileFile, bool) {
	for _, moment := range []string{"diff", "end"} {
		for _, p := range all {
			if p.Kind == kind && p.Moment == moment && p.Path != "" {
				return p, true
			}
		}
	}
	return scenarios.ProfileFile{}, false
}

// shell quotes a path for a POSIX shell where it needs that.
func shell(s string) string {
	const safe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=+@,%"
	if s != "" && strings.Trim(s, safe) == "" && !strings.HasPrefix(s, "-") {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
