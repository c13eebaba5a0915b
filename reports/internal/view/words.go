package view

import (
	"strconv"
	"strings"

	"github.com/watertight-go/watertight/executor"
)

// ClauseTitle is what a clause is about; empty for an unknown clause.
func ClauseTitle(c executor.Clause) string {
	for _, k := range executor.Clauses {
		if k.Clause == c {
			return k.Title
		}
	}
	return ""
}

// JoinClauses lists the numbers of clauses, as "1, 5".
func JoinClauses(clauses []executor.Clause, sep string) string {
	var parts []string
	for _, c := range clauses {
		parts = append(parts, strconv.Itoa(int(c)))
	}
	return strings.Join(parts, sep)
}

// CellName is the name of a cell's scenario, marked where the cell ran in a
// binary built with -race.
func CellName(k CellKey) string {
	if k.Race {
		return k.Scenario + " (race)"
	}
	return k.Scenario
}
