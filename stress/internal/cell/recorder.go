package cell

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/watertight-go/watertight/profiles"
	"github.com/watertight-go/watertight/scenarios"
)

const (
	// topEntries is how many frames of a profile a report names.
	topEntries = 10
)

// profileRecorder writes profiles of this process into the report's folder: at
// the start and at the end of a load, and their difference.
type profileRecorder struct {
	// report is the report's folder, folder the one in it for this cell.
	report, folder string
	kinds          []profiles.Kind
	// first holds the profiles taken at the start.
	first map[profiles.Kind]*profiles.Profile
}

// moment is observe.Options.Moment: "start" takes the first profiles, any
// other moment the second ones and the differences. What could be written is
// returned beside the error.
func (r *profileRecorder) moment(name string) ([]scenarios.ProfileFile, error) {
	if err := os.MkdirAll(filepath.Join(r.report, r.folder), 0o755); err != nil {
		return nil, err
	}
	var files []scenarios.ProfileFile
	var errs []error
	for _, kind := range r.kinds {
		p, err := profiles.Capture(kind)
		if errors.Is(err, profiles.ErrNoLeakProfile) && name == "start" {
			errs = append(errs, err)
			continue
		}
		if errors.Is(err, profiles.ErrNoLeakProfile) {
			continue // said at the start
		}
		if err == nil {
			files, err = r.keep(files, kind, name, p)
		}
		if err != nil {
			errs = append(errs, err)
		}
	}
	return files, errors.Join(errs...)
}

// keep writes p, and at the end its difference from the first.
func (r *profileRecorder) keep(files []scenarios.ProfileFile, kind profiles.Kind, moment string, p *profiles.Profile) ([]scenarios.ProfileFile, error) {
	file, err := r.write(kind, moment, p)
	if err != nil {
		return files, err
	}
	files = append(files, file)
	if moment == "start" {
		if r.first == nil {
			r.first = map[profiles.Kind]*profiles.Profile{}
		}
		r.first[kind] = p
		return files, nil
	}
	first := r.first[kind]
	if first == nil {
		return files, fmt.Errorf("stress: profiles: %s: no profile of the start to take a difference from", kind)
	}
	diff, err := profiles.Diff(first, p)
	if err != nil {
		return files, err
	}
	file, err = r.write(kind, "diff", diff)
	if err != nil {
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
