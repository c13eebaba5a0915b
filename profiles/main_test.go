package profiles

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"sync"
	"testing"
	"time"

	"github.com/google/pprof/profile"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// childDir is an environment variable. With it the test binary leaks and
// writes its profiles to that folder.
const childDir = "PROFILES_TEST_CHILD_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		runtime.MemProfileRate = 1
		if err := leakAndWrite(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

const (
	leakedAlpha = 3
	leakedBeta  = 4
	heldBytes   = 1 << 20
)

var kept []byte

// leakAndWrite writes base, goroutine, heap, goroutineleak (where there is one)
// and diff.
func leakAndWrite(dir string) error {
	base, err := Capture(Goroutine)
	if err != nil {
		return err
	}
	startAgents("alpha", leakedAlpha, make(chan struct{}))
	startAgents("beta", leakedBeta, make(chan struct{}))
	kept = holdMemory(heldBytes)
	for _, kind := range []Kind{Goroutine, Heap, Leak} {
		p, err := Capture(kind)
		if kind == Leak && !provesLeaks() {
			continue
		}
		if err == nil {
			err = p.WriteFile(filepath.Join(dir, string(kind)))
		}
		if err != nil {
			return err
		}
	}
	after, err := Read(filepath.Join(dir, string(Goroutine)))
	if err != nil {
		return err
	}
	diff, err := Diff(base, after)
	if err != nil {
		return err
	}
	runtime.KeepAlive(kept)
	return diff.WriteFile(filepath.Join(dir, "diff"))
}

func provesLeaks() bool { return pprof.Lookup(string(Leak)) != nil }

//go:noinline
func holdMemory(n int) []byte { return make([]byte, n) }

// startAgents starts n goroutines that block in stuckAgent under the label
// agent, and returns when all are in it.
func startAgents(agent string, n int, release chan struct{}) *sync.WaitGroup {
	var started, done sync.WaitGroup
	started.Add(n)
	pprof.Do(context.Background(), pprof.Labels("agent", agent), func(context.Context) {
		for range n {
			done.Go(func() { stuckAgent(&started, release) })
		}
	})
	started.Wait()
	return &done
}

//go:noinline
func stuckAgent(started *sync.WaitGroup, release chan struct{}) {
	started.Done()
	<-release
}

// childProfiles runs the child and returns its folder.
func childProfiles(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), childDir+"="+dir)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "child: %s", out)
	return dir
}

// capture fails t if the profile cannot be taken.
func capture(t *testing.T, kind Kind) *Profile {
	t.Helper()
	p, err := Capture(kind)
	require.NoError(t, err)
	return p
}

// entryOf returns the entry of a function of this package by its name, or the zero
// Entry.
func entryOf(p *Profile, name string) Entry {
	for _, e := range p.Top(0) {
		if e.Function == "github.com/watertight-go/watertight/profiles."+name {
			return e
		}
	}
	return Entry{}
}

// stack is one sample of a profile made by hand: functions from leaf to root,
// each at line 10 unless at says otherwise.
type stack struct {
	value     int64
	agent     string
	functions []string
	at        map[string]int64
}

// sample builds a goroutine profile.
func sample(t *testing.T, stacks ...stack) *Profile {
	t.Helper()
	return sampleOf(t, &profile.Profile{
		SampleType: []*profile.ValueType{{Type: "goroutine", Unit: "count"}},
		PeriodType: &profile.ValueType{Type: "goroutine", Unit: "count"},
		Period:     1,
	}, stacks...)
}

// sampleOf fills in proto; every sample type but the last gets the value 1000.
func sampleOf(t testing.TB, proto *profile.Profile, stacks ...stack) *Profile {
	t.Helper()
	for _, s := range stacks {
		out := &profile.Sample{}
		for range proto.SampleType[1:] {
			out.Value = append(out.Value, 1000)
		}
		out.Value = append(out.Value, s.value)
		if s.agent != "" {
			out.Label = map[string][]string{"agent": {s.agent}}
		}
		for _, name := range s.functions {
			id := uint64(len(proto.Function) + 1)
			line := int64(10)
			if n, ok := s.at[name]; ok {
				line = n
			}
			f := &profile.Function{ID: id, Name: name, Filename: "/src/file.go"}
			l := &profile.Location{ID: id, Line: []profile.Line{{Function: f, Line: line}}}
			proto.Function, proto.Location = append(proto.Function, f), append(proto.Location, l)
			out.Location = append(out.Location, l)
		}
		proto.Sample = append(proto.Sample, out)
	}
	p, err := encode(proto)
	require.NoError(t, err)
	return p
}
