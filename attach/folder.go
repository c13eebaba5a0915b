package attach

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/watertight-go/watertight/internal/poll"
	"github.com/watertight-go/watertight/profiles"
)

// mostFiles bounds a folder of profiles.
const mostFiles = 20000

// ReadFolder reads the goroutine, heap and leak profiles in a folder, in the order of
// the times inside them. All are taken to be of one instance. Files that are no profiles,
// or say no time, are problems of it.
func ReadFolder(dir string) (Observation, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return Observation{}, err
	}
	in := Instance{Name: dir}
	all := readProfiles(dir, entries, &in)
	if len(all) == 0 {
		return Observation{}, errors.Join(fmt.Errorf("%s: got no profile with a time, want those of net/http/pprof with debug=0", dir), problemsOf(in))
	}
	w := watcher{instance: in, began: all[0].Time()}
	var heap *profiles.Profile
	for _, p := range all {
		switch p.Kind() {
		case profiles.Heap:
			heap = p
		case profiles.Leak:
			if run := w.lastRun(); run != nil {
				run.Proof = proofOf(p)
			}
		default:
			w.runOf(p, heap, poll.Reading{}).add(p.Time().Sub(w.began), p, heap, poll.Reading{})
			heap = nil
		}
	}
	return Observation{Began: w.began, Took: all[len(all)-1].Time().Sub(w.began), Instances: []Instance{w.instance}}, nil
}

func problemsOf(in Instance) error {
	var errs []error
	for _, p := range in.Problems[:min(len(in.Problems), 3)] {
		errs = append(errs, errors.New(p))
	}
	return errors.Join(errs...)
}

// readProfiles are the profiles of a folder by time. Goroutine profiles of one time
// come after heap profiles.
func readProfiles(dir string, entries []os.DirEntry, in *Instance) (all []*profiles.Profile) {
	w := watcher{}
	for i, e := range entries {
		if i == mostFiles {
			w.problem("%s: only the first %d files were read", dir, mostFiles)
			break
		}
		if !e.Type().IsRegular() {
			continue
		}
		p, err := profiles.Read(filepath.Join(dir, e.Name()))
		switch {
		case err != nil:
			w.problem("%v", err)
		case p.Kind() != profiles.Goroutine && p.Kind() != profiles.Heap && p.Kind() != profiles.Leak:
			w.problem("%s: not judged: got a profile of the kind %s, want goroutine, heap or goroutineleak", e.Name(), p.Kind())
		case p.Time().IsZero():
			w.problem("%s: not judged: it does not say when it was taken", e.Name())
		default:
			all = append(all, p)
		}
	}
	in.Problems = w.instance.Problems
	slices.SortStableFunc(all, func(a, b *profiles.Profile) int {
		return cmp.Or(a.Time().Compare(b.Time()), cmp.Compare(b.Kind(), a.Kind()))
	})
	return all
}

func (w *watcher) lastRun() *Run {
	if n := len(w.instance.Runs); n > 0 {
		return &w.instance.Runs[n-1]
	}
	return nil
}
