package view

import (
	"fmt"
	"path"
	"path/filepath"

	"github.com/watertight-go/watertight/internal/format"
	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/scenarios"
)

// NotStored is the file of a report that could not be written.
const NotStored = "-"

// next names the files, and commands to run next. It is empty for a report that
// is not stored.
func next(x *Index, file string) Section {
	s := Section{ID: "files", Title: "Files, and what to do next"}
	switch file {
	case NotStored:
		return s
	case "":
		file = "report.json"
	}
	file = filepath.ToSlash(file)
	count := 0
	for _, c := range x.Report.Cells {
		count += len(c.Observation.Profiles)
	}
	text := "report: " + file
	if count > 0 {
		text += fmt.Sprintf("; %s beside it", plural.Count(count, "profile"))
	}
	s.Notes = append(s.Notes, note("%s", text))
	for _, p := range worthwhile(x) {
		s.Notes = append(s.Notes, Line{Text: "go tool pprof -top " + format.Shell(Beside(file, p.Path)), Command: true})
	}
	s.Notes = append(s.Notes, Line{Text: "stress report -format markdown " + format.Shell(file), Command: true})
	return s
}

// worthwhile are the profiles to open first, of goroutines and of the heap. They
// are of the cell that left most goroutines behind, among the cells that have
// both kinds.
func worthwhile(x *Index) []scenarios.ProfileFile {
	var best []scenarios.ProfileFile
	most := 0
	for _, c := range x.Report.Cells {
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

// Beside is a path relative to the report, from where the reader stands.
func Beside(file, name string) string {
	name = filepath.ToSlash(name)
	if path.IsAbs(name) {
		return name
	}
	return path.Join(path.Dir(file), name)
}

// profile is the profile of a kind that shows the difference between start and
// end, or else the one at the end.
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
