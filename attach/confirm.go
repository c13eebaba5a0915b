package attach

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/watertight-go/watertight/internal/creators"
	"github.com/watertight-go/watertight/internal/poll"
	"github.com/watertight-go/watertight/internal/sites"
	"github.com/watertight-go/watertight/profiles"
)

// The bounds of what is asked at the end.
const (
	// coolDown is the pause between two profiles of leaked goroutines, each of which runs
	// a garbage collection.
	coolDown = 10 * time.Second
	// traceTime is how long an execution trace is.
	traceTime = 5 * time.Second
	// mostConfirmed is how many instances are asked.
	mostConfirmed = 3
	// mostForProof is how many goroutines a service may have: at 100,000 the profile stops
	// it for 67 ms.
	mostForProof = 200000
)

// Confirm asks the instances in which goroutines rise, at most three, for one profile of
// leaked goroutines and one execution trace of 5 s. It adds what they say to o. An
// instance that has none of them is no error.
func Confirm(ctx context.Context, o *Observation, options Options, progress io.Writer) error {
	asked := 0
	for _, i := range rising(o) {
		if asked == mostConfirmed || ctx.Err() != nil {
			return nil
		}
		if asked > 0 && !sleepUntil(ctx, time.Now().Add(coolDown)) {
			return nil
		}
		server, err := poll.New(options.Targets[i].URL, options.Transport)
		if err != nil {
			return err
		}
		confirm(ctx, server, &o.Instances[i], &lines{w: progress})
		server.Close()
		asked++
	}
	return nil
}

// rising are the instances in whose last process goroutines rise, the steepest first.
func rising(o *Observation) (all []int) {
	slopes := map[int]float64{}
	for i, in := range o.Instances {
		if len(in.Runs) == 0 {
			continue
		}
		for _, x := range in.Runs[len(in.Runs)-1].rises(in.Name) {
			if x.kind == Goroutines {
				slopes[i] += x.answer.Slope
			}
		}
	}
	for i := range slopes {
		all = append(all, i)
	}
	slices.SortFunc(all, func(a, b int) int { return cmp.Or(cmp.Compare(slopes[b], slopes[a]), cmp.Compare(a, b)) })
	return all
}

func confirm(ctx context.Context, server *poll.Server, in *Instance, progress *lines) {
	run := &in.Runs[len(in.Runs)-1]
	progress.printf("%s: execution trace of %s", in.Name, traceTime)
	if data, err := server.Trace(ctx, traceTime); err != nil {
		in.Problems = append(in.Problems, fmt.Sprintf("the go statements are not known: %v", err))
	} else if run.Creators, err = creators.Of(data); err != nil {
		in.Problems = append(in.Problems, fmt.Sprintf("the go statements are not known: %v", err))
	}
	progress.printf("%s: profile of leaked goroutines", in.Name)
	run.Proof = proof(ctx, server, run)
	if run.Proof.Missing != "" {
		in.Problems = append(in.Problems, "nothing is proven: "+run.Proof.Missing)
	}
}

// proof asks for the profile of leaked goroutines where that is safe.
func proof(ctx context.Context, server *poll.Server, run *Run) *Proof {
	switch n := last(run.Goroutines.total); {
	case run.Foreign != "":
		return &Proof{Missing: "frames of " + run.Foreign + " were seen, whose scheduler the profile of leaked goroutines cannot see"}
	case n > mostForProof:
		return &Proof{Missing: fmt.Sprintf("the service has %.0f goroutines, more than %d: the profile would stop it for too long", n, mostForProof)}
	}
	p, err := server.Profile(ctx, profiles.Leak)
	switch {
	case errors.Is(err, poll.ErrMissing):
		return &Proof{Missing: "this service has no profile of leaked goroutines: it needs Go 1.27, or Go 1.26 with GOEXPERIMENT=goroutineleakprofile"}
	case err != nil:
		return &Proof{Missing: err.Error()}
	}
	return proofOf(p)
}

// proofOf groups a profile of leaked goroutines.
func proofOf(p *profiles.Profile) *Proof {
	out := &Proof{}
	for _, g := range sites.Goroutines(p) {
		out.Sites = append(out.Sites, Proven{g.Key, g.Site, int64(g.Value), g.Stacks[0].Frames})
	}
	return out
}

// mostForStacks is how many goroutines a service may have for stacks with debug=2, which
// stop it for 42 ms at 1,000 and for 4 s at 100,000.
const mostForStacks = 2000

// WriteStacks writes the stacks of all goroutines of each instance into a folder, as text
// (debug=2). An instance with 2,000 goroutines or more is left out, which is a problem of
// it.
func WriteStacks(ctx context.Context, o *Observation, options Options, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for i := range o.Instances {
		in := &o.Instances[i]
		if len(in.Runs) == 0 {
			continue
		}
		if n := last(in.Runs[len(in.Runs)-1].Goroutines.total); n >= mostForStacks {
			in.Problems = append(in.Problems, fmt.Sprintf("no stacks were written: it has %.0f goroutines, want less than %d", n, mostForStacks))
			continue
		}
		server, err := poll.New(options.Targets[i].URL, options.Transport)
		if err != nil {
			return err
		}
		text, err := server.Stacks(ctx)
		server.Close()
		if err != nil {
			in.Problems = append(in.Problems, fmt.Sprintf("no stacks were written: %v", err))
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("stacks-%d.txt", i+1)), text, 0o600); err != nil {
			return err
		}
	}
	return nil
}
