package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/watertight-go/watertight/internal/accuracy/goker"
	"github.com/watertight-go/watertight/internal/accuracy/goker/witness"
	"github.com/watertight-go/watertight/internal/accuracy/taxonomy"
	"github.com/watertight-go/watertight/internal/accuracy/trial"
)

// Result is what a run observed. It is stored as JSON and shown as tables.
type Result struct {
	When   time.Time `json:"when"`
	Go     string    `json:"go"`
	System string    `json:"system"`
	CPUs   int       `json:"cpus"`
	Goleak string    `json:"goleak"`
	// Proof says whether this Go has the leak profile.
	Proof   bool     `json:"proof"`
	Cases   []Case   `json:"cases"`
	Kernels []Kernel `json:"kernels"`
	// NoKernels is the reason why Kernels is empty; empty where it is not.
	NoKernels string `json:"noKernels,omitempty"`
}

// Case is one row of the table of cases.
type Case struct {
	Name    string                   `json:"name"`
	Shows   string                   `json:"shows"`
	Kind    taxonomy.Kind            `json:"kind"`
	Rounds  bool                     `json:"rounds,omitempty"`
	Answers map[trial.Checker]Answer `json:"answers"`
}

// Answer is the answer of one checker, with its verdict.
type Answer struct {
	Verdict trial.Verdict `json:"verdict"`
	// Said is the answer in one word: a class, "leak", "clean" or "unknown".
	Said string `json:"said"`
	// Why says what is wrong with the answer.
	Why string `json:"why,omitempty"`
}

// Kernel is one row of the table of kernels.
type Kernel struct {
	Name string `json:"name"`
	// Listed reports that Go's own test runs the kernel, so that its sites count.
	Listed bool             `json:"listed"`
	Sites  int              `json:"sites"`
	By     map[string]Found `json:"by"`
	// Bare is the number of sites that the runtime's own profile found in the
	// same process. Unproven are those that package leak did not call proven.
	Unproven []string `json:"unproven,omitempty"`
	Bare     int      `json:"bare"`
}

// Found is what one witness found of a kernel.
type Found struct {
	Runs       int      `json:"runs"`
	Hits       int      `json:"hits"`
	Sites      int      `json:"sites"`
	Unexpected []string `json:"unexpected,omitempty"`
	Trouble    []string `json:"trouble,omitempty"`
}

func newResult() *Result {
	r := &Result{
		When: time.Now().UTC(), Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH,
		CPUs: runtime.NumCPU(), Proof: trial.HasProof(), Goleak: "unknown",
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, d := range info.Deps {
			if d.Path == "go.uber.org/goleak" {
				r.Goleak = d.Version
			}
		}
	}
	return r
}

func (r *Result) addCases(ctx context.Context, only *regexp.Regexp, progress func(done, of int)) error {
	cases := slices.DeleteFunc(taxonomy.Cases(), func(c taxonomy.Case) bool { return !only.MatchString(c.Name) })
	outcomes, err := trial.Run(ctx, cases, trial.Options{Progress: progress})
	if err != nil {
		return err
	}
	for _, o := range outcomes {
		c := Case{Name: o.Case.Name, Shows: o.Case.Shows, Kind: o.Case.Kind, Rounds: o.Case.Rounds, Answers: map[trial.Checker]Answer{}}
		for j, a := range o.By {
			verdict, why := o.Verdict(j)
			c.Answers[j] = Answer{Verdict: verdict, Said: said(a), Why: why}
		}
		r.Cases = append(r.Cases, c)
	}
	return nil
}

// noAnswer is shown where the process died or the checker failed.
const noAnswer = "no answer"

// said is an answer in one word.
func said(a trial.Answer) string {
	switch {
	case a.Trouble != "":
		return noAnswer
	case a.AtEnd:
		return "at end"
	case a.Accused && (a.Checker == trial.Check || a.Checker == trial.Find):
		// The first line of the report counts by class, surest first.
		line, _, _ := strings.Cut(a.Text, "\n")
		for _, class := range []string{"proven", "blocked", "waiting", "running"} {
			if strings.Contains(line, " "+class+" ") || strings.Contains(line, " "+class+",") {
				return class
			}
		}
		return "leak"
	case a.Accused:
		return "leak"
	case a.Unknown:
		return "unknown"
	}
	return "clean"
}

func (r *Result) addKernels(ctx context.Context, o goker.Options) error {
	result, err := goker.Run(ctx, o)
	var none goker.Unavailable
	if errors.As(err, &none) {
		r.NoKernels = none.Error()
		return nil
	}
	if err != nil {
		return err
	}
	for _, outcome := range result.Kernels {
		k := Kernel{Name: outcome.Kernel.Name, Listed: outcome.Kernel.Listed, By: map[string]Found{}}
		if k.Listed {
			k.Sites = len(outcome.Kernel.Expected)
		}
		for who, t := range outcome.By {
			f := Found{Runs: t.Runs, Hits: t.Hits, Unexpected: t.Unexpected, Trouble: t.Trouble}
			for _, found := range t.Found {
				if found && k.Listed {
					f.Sites++
				}
			}
			k.By[who] = f
		}
		ours := outcome.By[witness.Leak]
		k.Unproven, k.Bare = ours.Unproven, ours.Bare
		r.Kernels = append(r.Kernels, k)
	}
	return nil
}

func (r *Result) store(file string) error {
	data, err := json.MarshalIndent(r, "", "  ")
	if err == nil {
		err = os.WriteFile(file, append(data, '\n'), 0o644)
	}
	if err != nil {
		return fmt.Errorf("accuracy: store: %w", err)
	}
	return nil
}

func load(file string) (*Result, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("accuracy: load: %w", err)
	}
	r := &Result{}
	if err := json.Unmarshal(data, r); err != nil {
		return nil, fmt.Errorf("accuracy: load %s: %w", file, err)
	}
	if len(r.Cases)+len(r.Kernels) == 0 {
		return nil, fmt.Errorf("accuracy: load %s: got neither cases nor kernels, want a result of accuracy run", file)
	}
	return r, nil
}
