// Package reports holds the stored result of a run and renders it. Rendering
// never runs or measures anything: the same report gives the same bytes.
package reports

import (
	"time"

	"github.com/watertight-go/watertight/scenarios"
)

// Schema is the version of Report's JSON form. A reader refuses other majors.
const Schema = "watertight.report/1"

// Report is everything that a run found out. SCHEMA.md describes its JSON form
// field by field.
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
	// Shards are the parts that the run was split into: of a shard's report it
	// is one, of a merged report all that were joined. Empty for a run in one.
	Shards []Shard `json:"shards,omitempty"`
	// Before and After are the two executors that the run compares; Executors
	// are all that were run, in display order.
	Before    string           `json:"before"`
	After     string           `json:"after"`
	Executors []Executor       `json:"executors"`
	Scenarios []Scenario       `json:"scenarios"`
	Cells     []scenarios.Cell `json:"cells"`
	// Comparisons set Before beside each other executor, After first.
	Comparisons []scenarios.Comparison `json:"comparisons"`
	Claims      []Claim                `json:"claims"`
	Projections []Projection           `json:"projections"`
	// Bench is what executors cost, where it was measured.
	Bench []Cost `json:"bench,omitempty"`
	// Flames are the stacks of the profiles; nil where none were taken.
	Flames   *Flames  `json:"flames,omitempty"`
	Warnings []string `json:"warnings,omitempty"`
}

// Executor is an executor with its one-line description.
type Executor struct {
	Name string `json:"name"`
	Doc  string `json:"doc"`
	// File and Line are where the function that makes it is; empty where unknown.
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"`
}

// Scenario is a scenario of the run.
type Scenario struct {
	Name string `json:"name"`
	// MatrixRow is the scenario's row in the compatibility matrix; empty where
	// it has none.
	MatrixRow string `json:"row,omitempty"`
	// Field says in one line where the scenario happens in the field.
	Field string `json:"field"`
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
	// Root is the folder that files are named from where a reader has the
	// sources elsewhere: that of the repository, else of the module, else the
	// one that the run was started in. Empty where unknown.
	Root string `json:"root,omitempty"`
	// Module is the path of the module around that folder, and ModuleDir where
	// it stands below Root; a binary built with -trimpath names files by it.
	Module    string `json:"module,omitempty"`
	ModuleDir string `json:"moduleDir,omitempty"`
	// RaceBuild says that the ordinary cells ran in a binary built with -race too.
	RaceBuild bool `json:"raceBuild,omitempty"`
	// Race says whether and how the race cells were run, or why not.
	Race string `json:"race"`
	// Proof says whether this Go can prove leaks, or why not.
	Proof string `json:"proof"`
}

// ClaimVerdict is what a claim came to.
type ClaimVerdict string

const (
	Holds       ClaimVerdict = "holds"
	DoesNotHold ClaimVerdict = "does not hold"
	NotMeasured ClaimVerdict = "not measured"
)

// Claim is one line of the claims table.
type Claim struct {
	// ID is the number in the analysis, as "3" or "3a" for a part of it.
	ID      string       `json:"id"`
	Claim   string       `json:"claim"`
	Verdict ClaimVerdict `json:"verdict"`
	// Measured is what was measured, with figures; How says by which cells.
	Measured string `json:"measured"`
	How      string `json:"how"`
}

// Projection carries the accumulation of one executor forward in time.
type Projection struct {
	Executor string `json:"executor"`
	// PerRequest is how many goroutines one request leaves, with its interval.
	PerRequest Interval `json:"perRequest"`
	// BytesPerGoroutine is heap and stack per goroutine left behind.
	BytesPerGoroutine Interval `json:"bytesPerGoroutine"`
	// BaseGoroutines and BaseBytes are there before the first request.
	BaseGoroutines float64 `json:"baseGoroutines"`
	BaseBytes      float64 `json:"baseBytes"`
	// RequestsPerHour is the rate that the times below assume.
	RequestsPerHour float64 `json:"requestsPerHour"`
	// Limits are the times to reach each limit.
	Limits []ProjectedLimit `json:"limits"`
	// Note says what the reader should know, as where nothing accumulates.
	Note string `json:"note,omitempty"`
}

// Interval is an estimate with its confidence interval.
type Interval struct {
	Center     float64 `json:"center"`
	Low        float64 `json:"low"`
	High       float64 `json:"high"`
	Confidence float64 `json:"confidence"`
	N          int     `json:"n"`
}

// ProjectedLimit is when a limit would be reached; Hours is negative for never.
type ProjectedLimit struct {
	Limit string   `json:"limit"`
	Value float64  `json:"value"`
	Hours Interval `json:"hours"`
	Never bool     `json:"never"`
}
