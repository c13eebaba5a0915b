package cell

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/watertight-go/watertight/profiles"
	"github.com/watertight-go/watertight/scenarios"
)

// topEntries is how many functions of a profile a report names.
const topEntries = 10

// profileRecorder writes profiles of this process into the folder of the report: at
// the start and at the end of a load, and their difference.
type profileRecorder struct {
	// report is the folder of the report, folder the one in it for this cell.
	report, folder string
	kinds          []profiles.Kind
	// first holds the profiles of the start.
	first map[profiles.Kind]*profiles.Profile
}

// recorder takes the profiles of the cell: those of the heap in a process of their
// own, as recording allocations would disturb the others.
func (c Cell) recorder() *profileRecorder {
	kinds := []profiles.Kind{profiles.Goroutine, profiles.Leak}
	if c.Kind == KindHeap {
		kinds = []profiles.Kind{profiles.Heap}
	}
	return &profileRecorder{
		report: c.Report, folder: filepath.Join("profiles", c.Executor, c.Scenario),
		kinds: kinds, first: map[profiles.Kind]*profiles.Profile{},
	}
}

// moment is observe.Options.Moment: "start" takes the first profiles, any other
// moment takes the second ones and the differences. Files that could be written are
// returned beside the error.
func (r *profileRecorder) moment(name string) ([]scenarios.ProfileFile, error) {
	if err := os.MkdirAll(filepath.Join(r.report, r.folder), 0o755); err != nil {
		return nil, err
	}
	var files []scenarios.ProfileFile
	var errs []error
	for _, kind := range r.kinds {
		p, err := profiles.Capture(kind)
		if errors.Is(err, profiles.ErrNoLeakProfile) && name != momentStart {
			continue // reported at the start
		}
		var written []scenarios.ProfileFile
		if err == nil {
			written, err = r.record(kind, name, p)
		}
		files, errs = append(files, written...), append(errs, err)
	}
	return files, errors.Join(errs...)
}

// momentStart is the name of the moment before the first request.
const momentStart = "start"

// record writes p, and at the end its difference from the first profile.
func (r *profileRecorder) record(kind profiles.Kind, moment string, p *profiles.Profile) ([]scenarios.ProfileFile, error) {
	file, err := r.write(kind, moment, p)
	if err != nil {
		return nil, err
	}
	files := []scenarios.ProfileFile{file}
	if moment == momentStart {
		r.first[kind] = p
		return files, nil
	}
	first := r.first[kind]
	if first == nil {
		return files, fmt.Errorf("stress: profiles: %s: there is no difference, as there is no profile of the start", kind)
	}
	diff, err := profiles.Diff(first, p)
	if err != nil {
		return files, err
	}
	if file, err = r.write(kind, "diff", diff); err != nil {
		return files, err
	}
	return append(files, file), nil
}

func (r *profileRecorder) write(kind profiles.Kind, moment string, p *profiles.Profile) (scenarios.ProfileFile, error) {
	path := filepath.Join(r.folder, fmt.Sprintf("%s-%s.pb.gz", kind, moment))
	if err := p.WriteFile(filepath.Join(r.report, path)); err != nil {
		return scenarios.ProfileFile{}, err
	}
	f := scenarios.ProfileFile{Kind: string(kind), Moment: moment, Path: filepath.ToSlash(path)}
	f.Total, f.Unit = p.Total()
	for _, e := range p.Top(topEntries) {
		f.Top = append(f.Top, scenarios.ProfileTop{Function: e.Function, File: e.File, Line: e.Line, Value: e.Value})
	}
	return f, nil
}
