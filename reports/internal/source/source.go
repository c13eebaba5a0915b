// Package source finds the lines of source that a report is about.
package source

import (
	"github.com/watertight-go/watertight/internal/place"
	"github.com/watertight-go/watertight/leak"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/scenarios"
)

// Site is a line of source.
type Site = place.Site

// Blame is where a goroutine that was left behind comes from.
type Blame struct {
	// At is the line to look at. It is the first of these that is in the
	// repository: the go statement; the function that the goroutine runs, where
	// a library has the go statement; the function that makes the executor.
	At Site
	// Created is the go statement where that is another line.
	Created Site
	// Function is the function of the user's code at At; empty where unknown.
	Function string
	// Caller says that the goroutine is one of the harness's own callers, which
	// waits for the executor. At is the function that makes the executor.
	Caller bool
}

// Of finds the origin of a goroutine that an executor left behind.
func Of(r *reports.Report, o scenarios.Observation, f leak.Finding) Blame {
	created, runs := Locate(r, f.File, f.Line), Locate(r, f.RunsFile, f.RunsLine)
	switch {
	case o.IsCaller(f):
		return Blame{At: Executor(r, o.Executor), Created: created, Caller: true}
	case created.Inside:
		return Blame{At: created, Function: f.CreatedBy}
	case runs.Inside:
		return Blame{At: runs, Created: created, Function: f.Runs}
	}
	return Blame{At: Executor(r, o.Executor), Created: created}
}

// Executor is the function that makes an executor.
func Executor(r *reports.Report, name string) Site {
	for _, x := range r.Executors {
		if x.Name == name {
			return Locate(r, x.File, x.Line)
		}
	}
	return Site{}
}

// Locate names a file from the root of the repository, if it is in there.
func Locate(r *reports.Report, file string, line int) Site {
	e := r.Environment
	return place.Tree{Root: e.Root, Module: e.Module, ModuleDir: e.ModuleDir}.Locate(file, line)
}
