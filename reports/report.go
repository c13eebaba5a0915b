// Package reports stores what a run of the stress command found out: it writes,
// reads, checks and merges reports. It renders nothing; that is the purpose of
// its packages html, text and ci, which turn a report into the same bytes each
// time.
package reports

import (
	"time"

	"github.com/watertight-go/watertight/scenarios"
)

// Schema is the version of Report's JSON form. A reader refuses other majors.
const Schema = "watertight.report/1"

// Report is the result of a run. SCHEMA.md describes its JSON form field by
// field.
type Report struct {
	// Schema is the version that the report was written in, as Schema.
	Schema string `json:"schema"`
	// Tool is the name and version of the program that wrote it.
	Tool string `json:"tool"`
	// Created is when the run began, Elapsed its wall time in nanoseconds.
	Created     time.Time   `json:"created"`
	Elapsed     int64       `json:"elapsedNs"`
	Environment Environment `json:"environment"`
	// Partial says why the run did not finish; empty for a whole run.
	Partial string `json:"partial,omitempty"`
	// Shards are the parts of a run that was split: one in the report of a shard,
	// all of them in a merged report. Empty for a run that was not split.
	Shards []Shard `json:"shards,omitempty"`
	// Before and After are the two executors that the run compares; Executors
	// are all that were run, in display order.
	Before    string           `json:"before"`
	After     string           `json:"after"`
	Executors []Executor       `json:"executors"`
	Scenarios []Scenario       `json:"scenarios"`
	Cells     []scenarios.Cell `json:"cells"`
	// Comparisons compare Before with each other executor, After first.
	Comparisons []scenarios.Comparison `json:"comparisons"`
	Claims      []Claim                `json:"claims"`
	Projections []Projection           `json:"projections"`
	// Bench is what executors cost; empty where it was not measured.
	Bench []Cost `json:"bench,omitempty"`
	// Flames are the stacks of the profiles; nil where no profile was taken.
	Flames   *Flames  `json:"flames,omitempty"`
	Warnings []string `json:"warnings,omitempty"`
}

// Executor is an executor with its one-line description.
type Executor struct {
	Name string `json:"name"`
	Doc  string `json:"doc"`
	// File and Line are the place of the function that makes the executor; empty
	// where unknown.
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"`
}

// Scenario is a scenario of the run.
type Scenario struct {
	Name string `json:"name"`
	// MatrixRow is the scenario's row in the compatibility matrix; empty where
	// it has none.
	MatrixRow string `json:"row,omitempty"`
	// Story says in one line where this happens in production.
	Story string `json:"field"`
}

// Environment is where a run was made.
type Environment struct {
	Go         string `json:"go"`
	OS         string `json:"os"`
	Arch       string `json:"arch"`
	CPU        string `json:"cpu"`
	Cores      int    `json:"cores"`
	GOMAXPROCS int    `json:"gomaxprocs"`
	MemoryMiB  int    `json:"memoryMiB,omitempty"`
	Commit     string `json:"commit,omitempty"`
	// Args are the command's arguments.
	Args []string `json:"args,omitempty"`
	// Root is the folder that source files are named from: that of the
	// repository, else of the module, else the one that the run was started in.
	// A reader who has the sources elsewhere finds a file by its path below Root.
	// Empty where unknown.
	Root string `json:"root,omitempty"`
	// Module is the path of the module that Root is in or holds; ModuleDir is the
	// module's folder below Root. A binary built with -trimpath names source
	// files by the module's path.
	Module    string `json:"module,omitempty"`
	ModuleDir string `json:"moduleDir,omitempty"`
	// RaceBuild says that all cells ran in a binary built with -race.
	RaceBuild bool `json:"raceBuild,omitempty"`
	// Race says whether and how the race cells were run, or why not.
	Race string `json:"race"`
	// Proof says whether this Go can prove leaks, or why not.
	Proof string `json:"proof"`
}

// ClaimVerdict says whether the measurements confirm a claim.
type ClaimVerdict string

const (
	Holds       ClaimVerdict = "holds"
	DoesNotHold ClaimVerdict = "does not hold"
	NotMeasured ClaimVerdict = "not measured"
)

// Claim is a statement about the executors of the case study (docs/case.md),
// checked by measurement.
type Claim struct {
	// ID is the number of the claim, as "3", or "3a" for a part of it.
	ID      string       `json:"id"`
	Claim   string       `json:"claim"`
	Verdict ClaimVerdict `json:"verdict"`
	// Measured is what was measured, with figures. How names the cells that the
	// figures are from, or what was missing.
	Measured string `json:"measured"`
	How      string `json:"how"`
}

// Projection says when an executor would reach the limits of a machine, if the
// growth that was measured continues.
type Projection struct {
	Executor string `json:"executor"`
	// PerRequest is how many goroutines one request leaves behind.
	PerRequest Interval `json:"perRequest"`
	// BytesPerGoroutine is heap and stack per goroutine left behind.
	BytesPerGoroutine Interval `json:"bytesPerGoroutine"`
	// BaseGoroutines and BaseBytes are in use before the first request.
	BaseGoroutines float64 `json:"baseGoroutines"`
	BaseBytes      float64 `json:"baseBytes"`
	// RequestsPerHour is the rate that the times below assume.
	RequestsPerHour float64 `json:"requestsPerHour"`
	// Limits are the times to reach each limit.
	Limits []ProjectedLimit `json:"limits"`
	// Note says what the estimate is based on, or that nothing accumulates.
	Note string `json:"note,omitempty"`
}

// Interval is an estimate with its confidence interval. N is the number of
// samples; zero means that nothing was measured.
type Interval struct {
	Center     float64 `json:"center"`
	Low        float64 `json:"low"`
	High       float64 `json:"high"`
	Confidence float64 `json:"confidence"`
	N          int     `json:"n"`
}

// ProjectedLimit is the time until a limit is reached. A negative end of Hours
// means never.
type ProjectedLimit struct {
	Limit string   `json:"limit"`
	Value float64  `json:"value"`
	Hours Interval `json:"hours"`
	Never bool     `json:"never"`
}
