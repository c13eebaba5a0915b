// Package casestudy settles the claims of one case: a parallel executor of an
// agent framework that leaked goroutines, the fix that was proposed for it, and
// what was said about both. docs/case.md tells the case and lists the claims by
// number. The package computes each claim, and a projection of the growth, from
// the cells of a report and from nothing else. It runs nothing, and it says
// nothing about executors that are no part of the case.
package casestudy

import (
	"reflect"

	"github.com/watertight-go/watertight/executor"
	"github.com/watertight-go/watertight/executor/exhibits"
	"github.com/watertight-go/watertight/reports"
)

// Covers says whether the claims are about a run of these two executors: both
// are executors of the case. An executor is recognised by the function that
// builds it, so that another one of the same name is not taken for it.
func Covers(before, after executor.Spec) bool { return ours(before) && ours(after) }

// ours says whether x is an executor of the case.
func ours(x executor.Spec) bool {
	for _, known := range exhibits.Specs() {
		if known.Name == x.Name {
			return x.New != nil && reflect.ValueOf(known.New).Pointer() == reflect.ValueOf(x.New).Pointer()
		}
	}
	return false
}

// Add computes the claims and the projections of a run that Covers.
func Add(r *reports.Report) {
	r.Claims = claims(r)
	r.Projections = projections(r)
}

// Update computes the claims again, after cells were joined, where all of the
// given reports have claims. A report of executors that are no part of the case
// has none.
func Update(r *reports.Report, parts ...*reports.Report) {
	for _, p := range parts {
		if len(p.Claims) == 0 {
			return
		}
	}
	r.Claims = claims(r)
}
