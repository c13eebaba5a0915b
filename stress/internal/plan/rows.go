package plan

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/internal/loads"
	"github.com/watertight-go/watertight/internal/nearest"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/scenarios"
)

// Rows are the scenarios of the catalogue, then the loads.
func Rows(requests, agents int) []reports.Scenario {
	var rows []reports.Scenario
	for _, s := range scenarios.Catalogue() {
		rows = append(rows, reports.Scenario{Name: s.Name, MatrixRow: s.MatrixRow, Story: s.Story})
	}
	for _, l := range loads.All() {
		rows = append(rows, reports.Scenario{Name: l.Name, Story: l.Describe(requests, agents)})
	}
	return rows
}

// StreamRows are the scenarios about streams.
func StreamRows() []reports.Scenario {
	var rows []reports.Scenario
	for _, s := range scenarios.Streams() {
		rows = append(rows, reports.Scenario{Name: s.Name, Story: s.Story})
	}
	return rows
}

// chooseRows are the rows that -scenarios names.
func chooseRows(o Options) ([]reports.Scenario, error) {
	rows := Rows(o.Requests, o.Agents)
	if o.Streams {
		rows = StreamRows()
	}
	var known []string
	for _, r := range rows {
		known = append(known, r.Name)
	}
	wanted := map[string]bool{}
	for _, pattern := range Items(o.Scenarios, known) {
		found, err := matches(pattern, known)
		if err != nil {
			return nil, fmt.Errorf("-scenarios: %w", err)
		}
		for _, name := range found {
			wanted[name] = true
		}
	}
	return slices.DeleteFunc(rows, func(r reports.Scenario) bool { return !wanted[r.Name] }), nil
}

// matches are the names that a pattern matches: one or more.
func matches(pattern string, known []string) (found []string, err error) {
	for _, name := range known {
		match, err := path.Match(pattern, name)
		if err != nil {
			return nil, fmt.Errorf("got pattern %q: %w", pattern, err)
		}
		if match {
			found = append(found, name)
		}
	}
	switch {
	case len(found) > 0:
		return found, nil
	case strings.ContainsAny(pattern, `*?[`):
		return nil, fmt.Errorf("no scenario matches %q (stress list shows all)", pattern)
	}
	return nil, nearest.Unknown("scenario", pattern, known, "stress list shows all")
}

// Items splits a comma-separated list; an empty one stands for all.
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
