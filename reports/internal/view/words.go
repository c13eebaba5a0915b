package view

import (
	"strconv"
	"strings"

	"github.com/watertight-go/watertight/executor"
)

// ClauseTitle is what a clause is about; empty for one that this version does not know.
func ClauseTitle(c executor.Clause) string {
	for _, k := range executor.Clauses {
		if k.Clause == c {
			return k.Title
		}
	}
	return ""
}

// JoinClauses is clauses as "1, 5".
func JoinClauses(clauses []executor.Clause, sep string) string {
	var parts []string
	for _, c := range clauses {
		parts = append(parts, strconv.Itoa(int(c)))
	}
	return strings.Join(parts, sep)
}

// CellName is a scenario, marked where it ran in a binary built with -race.
func CellName(scenario string, race bool) string {
	if race {
		return scenario + " (race)"
	}
	return scenario
}
