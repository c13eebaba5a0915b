// Package service proves a whole service before and after a fix: it runs each version
// against an upstream that misbehaves, under load, and compares what each leaves behind.
//
//	Options -> Run -> Observation -> Judge -> Result -> package forms
//
// Run measures and judges nothing; Judge judges and measures nothing. Nothing in the
// service is changed. What a run can and cannot tell is in docs/service.md.
package service

import (
	"time"

	"github.com/watertight-go/watertight/internal/sites"
	"github.com/watertight-go/watertight/profiles"
	"github.com/watertight-go/watertight/service/load"
)

// Kind is what is left behind.
type Kind string

const (
	// Goroutines are counted.
	Goroutines Kind = "goroutines"
	// Descriptors are open files and connections.
	Descriptors Kind = "descriptors"
	// Heap is memory in use after a garbage collection, in bytes.
	Heap Kind = "heap"
)

// Site is the code that goroutines or memory belong to.
type Site = sites.Site

// Frame is a call in a stack.
type Frame = profiles.Frame

// Observation is what a run saw, of one version or of two.
type Observation struct {
	Began time.Time     `json:"began"`
	Took  time.Duration `json:"took"`
	Plan  Plan          `json:"plan"`
	// Sides are the versions: one alone, or the one before and the one after.
	Sides []SideRun `json:"sides"`
	// Partial says why the run ended early.
	Partial string `json:"partial,omitempty"`
}

// Plan is what each version went through.
type Plan struct {
	// Rate is the requests a second, Rounds how often the faults were played, Each how long
	// the load of a round was.
	Rate   float64       `json:"rate"`
	Rounds int           `json:"rounds"`
	Each   time.Duration `json:"each"`
	// Schedule is what the upstream does in a round, as text.
	Schedule string `json:"schedule"`
	// Clients are how the clients behave, as text.
	Clients string `json:"clients"`
	// Patience is how long a patient client waits.
	Patience time.Duration `json:"patience"`
	// Limit is the number of descriptors that the service may have; zero where it was not lowered.
	Limit int `json:"limit,omitempty"`
}

// SideRun is one version of the service.
type SideRun struct {
	// Name is "before", "after", or "service" where there is one version. What is its
	// package or command, Version the git ref or module version with its commit.
	Name    string `json:"name"`
	What    string `json:"what"`
	Version string `json:"version,omitempty"`
	// Root is the root of the repository, or of the module, that its files are in.
	Root string `json:"root,omitempty"`
	// Trouble is a sentence that says why it could not be judged, Log the end of what the
	// service wrote then.
	Trouble string   `json:"trouble,omitempty"`
	Log     []string `json:"log,omitempty"`
	// Died is a sentence that says how the service ended under load; empty where it lived.
	Died string `json:"died,omitempty"`
	// Ending says what was wrong when it was stopped, as in "killed after 10s"; empty where
	// it ended by itself and left no process.
	Ending string `json:"ending,omitempty"`
	// Health is what it answered to the ready check while the faults lasted.
	Health []Health `json:"health,omitempty"`
	// Censuses are in the order in which they were taken.
	Censuses []Census `json:"censuses"`
	// Samples are the curve of counts, with the time since the start of the service.
	Samples []Sample `json:"samples,omitempty"`
	// Phases are the parts of the run, for the curve.
	Phases []Phase `json:"phases,omitempty"`
	// Loads are what the clients saw under faults, in each round, Recoveries what they saw
	// after them. Warm is that of the warm-up.
	Warm       load.Result   `json:"warm"`
	Loads      []load.Result `json:"loads,omitempty"`
	Recoveries []load.Result `json:"recoveries,omitempty"`
	// Requests are how many requests the upstream got, from the start of the first round.
	Requests int `json:"upstreamRequests"`
	// Problems are sentences about what could not be read.
	Problems []string `json:"problems,omitempty"`
}

// Health is one answer to the ready check under faults.
type Health struct {
	Round int           `json:"round"`
	Took  time.Duration `json:"took"`
	// Trouble says what was wrong; empty for a good answer.
	Trouble string `json:"trouble,omitempty"`
}

// Stage is when a census was taken.
type Stage string

const (
	// Baseline: after the warm-up, with all connections of the load closed.
	Baseline Stage = "baseline"
	// Peak: at the end of the load of a round.
	Peak Stage = "peak"
	// Hanging: the load has ended and nothing falls any more, but the upstream still hangs.
	Hanging Stage = "while it hangs"
	// Released: the upstream answers again, and nothing falls any more.
	Released Stage = "for good"
)

// Census is what the service held at one moment.
type Census struct {
	Stage Stage         `json:"stage"`
	Round int           `json:"round"`
	At    time.Duration `json:"at"`
	// Settled: nothing fell any more. It is false where the longest wait was over before.
	Settled bool `json:"settled"`
	// Sent is how many requests of the rounds had been sent.
	Sent int `json:"sent"`
	// Descriptors is negative where they could not be counted.
	Descriptors int `json:"descriptors"`
	// Processes is how many processes the service has, itself included.
	Processes int `json:"processes,omitempty"`
	// Goroutines and Heap are grouped by site. Heap is nil at a peak. HeapUnit is the bytes
	// between two samples of the heap.
	Goroutines []Group `json:"goroutines"`
	Heap       []Group `json:"heap,omitempty"`
	HeapUnit   float64 `json:"heapUnit,omitempty"`
}

// Group is a site with its value at a census: goroutines, or bytes.
type Group struct {
	Key string `json:"key"`
	Site
	Value float64 `json:"value"`
	// Allocated is how many bytes were ever allocated there.
	Allocated float64 `json:"allocated,omitempty"`
	// Waited is how many of the goroutines stood at one place before the round, StillWaited
	// the smallest number that stood there at any time of the round: those of a pool work
	// again.
	Waited      float64 `json:"waited,omitempty"`
	StillWaited float64 `json:"stillWaited,omitempty"`
	// Creators are the go statements of the user's own code that goroutines come from,
	// through the goroutines between, the most frequent first.
	Creators []Created `json:"creators,omitempty"`
	// Stack is that of most of them, leaf first.
	Stack []Frame `json:"stack,omitempty"`
}

// Created is a go statement with the number of goroutines that come from it.
type Created struct {
	Frame
	Count int `json:"count"`
}

// Sample is a point of the curves. Descriptors and Heap are negative where they are not known.
type Sample struct {
	At          time.Duration `json:"at"`
	Goroutines  int           `json:"goroutines"`
	Descriptors int           `json:"descriptors"`
	Heap        float64       `json:"heap"`
}

// Phase is a part of the run.
type Phase struct {
	Name string        `json:"name"`
	From time.Duration `json:"from"`
	To   time.Duration `json:"to"`
}
