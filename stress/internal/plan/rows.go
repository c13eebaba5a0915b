package plan

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/internal/loads"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/scenarios"
)

// Items splits a comma list; an empty one stands for all.
func Items(text string, all []string) []string {
	if strings.TrimSpace(text) == "" {
		return all
	}
	var list []string
	for item := range strings.SplitSeq(text, ",") {
		list = append(list, strings.TrimSpace(item))
	}
	return list
}

// Rows are the rows of the catalogue, then those of the load.
func Rows(requests, agents int) []reports.Scenario {
	var rows []reports.Scenario
	for _, s := range scenarios.Catalogue() {
		rows = append(rows, reports.Scenario{Name: s.Name, MatrixRow: s.Row, Field: s.Field})
	}
	for _, l := range loads.All() {
		rows = append(rows, reports.Scenario{Name: l.Name, Field: l.Describe(requests, agents)})
	}
	return rows
}

// chooseRows matches -scenarios against all rows.
func chooseRows(a Options) ([]reports.Scenario, error) {
	rows := Rows(a.Requests, a.Agents)
	var allowed []string
	for _, r := range rows {
		allowed = append(allowed, r.Name)
	}
	wanted := map[string]bool{}
	for _, pattern := range Items(a.Scenarios, allowed) {
		found := false
		for _, name := range allowed {
			match, err := path.Match(pattern, name)
			if err != nil {
				return nil, fmt.Errorf("-scenarios: got pattern %q: %w", pattern, err)
			}
			if match {
				wanted[name], found = true, true
			}
		}
		if !found {
			return nil, fmt.Errorf("-scenarios: got %q, which matches none of %s", pattern, strings.Join(allowed, ", "))
		}
	}
	return slices.DeleteFunc(rows, func(r reports.Scenario) bool { return !wanted[r.Name] }), nil
}
