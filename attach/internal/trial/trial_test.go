package trial

import (
	"strings"
	"sync"
	"testing"
	"time"
)

// seeds is how many watches of a kind are made, and fewSeeds the same where all kinds are
// tried: `make attach-rates` makes more.
const (
	seeds    = 100
	fewSeeds = 20
)

// Innocent services are not called leaks, and leaking ones are.
func TestRates(t *testing.T) {
	var all sync.WaitGroup
	for _, k := range Kinds() {
		all.Go(func() {
			for _, d := range []time.Duration{4 * time.Minute, 16 * time.Minute} {
				r := Run(k, d, fewSeeds)
				t.Logf("%-45s %5s: %3d leaks, %3d suspected, %3d unknown of %d", k.Name, d, r.Leaks, r.Suspected, r.Unknown, r.Watches)
				if most := int(k.Most * fewSeeds); !k.Guilty && r.Leaks > most {
					t.Errorf("%s: %d of %d watches of %s were called a leak, want at most %d", k.Name, r.Leaks, fewSeeds, d, most)
				}
			}
		})
	}
	all.Wait()
}

// The times within which leaks must be found.
func TestLeaksAreFoundInTime(t *testing.T) {
	for _, tc := range []struct {
		kind             string
		within           time.Duration
		leaks, suspected int
	}{
		{"1 a request at 10 a second", 2 * time.Minute, 0, 95},
		{"1 a request at 10 a second", 4 * time.Minute, 95, 95},
		{"0.2 a second", 16 * time.Minute, 50, 95},
		{"0.2 a second from the first hour on", 16 * time.Minute, 25, 95},
	} {
		r := Run(kind(t, tc.kind), tc.within, seeds)
		if r.Leaks < tc.leaks || r.Leaks+r.Suspected < tc.suspected {
			t.Errorf("%s: %d leaks and %d suspected in %d watches of %s, want %d leaks, and %d of both", tc.kind, r.Leaks, r.Suspected, seeds, tc.within, tc.leaks, tc.suspected)
		}
	}
}

func kind(t *testing.T, name string) Kind {
	t.Helper()
	for _, k := range Kinds() {
		if k.Name == name {
			return k
		}
	}
	t.Fatalf("there is no kind %q", name)
	return Kind{}
}

func TestTable(t *testing.T) {
	var b strings.Builder
	if err := Table(&b, 1); err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Count(b.String(), "\n"), 1+len(Kinds())*len(Lengths); got != want {
		t.Errorf("got %d lines, want %d: a row for each kind and length", got, want)
	}
}
