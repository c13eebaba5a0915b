package main

import (
	_ "embed"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/watertight-go/watertight/suite"
)

// judgedTable has a line for each accusation that a person has read the code of:
// package, test, place, true or false, why. A test of "-" stands for what is left after
// all tests.
//
//go:embed judged.tsv
var judgedTable string

// accusation is a test with a place that it is blamed for.
type accusation struct {
	suite.TestName
	// Place is that of the site, as placeOf gives it.
	Place string
}

// judgement says whether an accusation is true.
type judgement struct {
	isTrue bool
	why    string
}

func readJudged() (map[accusation]judgement, error) {
	all := map[accusation]judgement{}
	for i, line := range strings.Split(strings.TrimSpace(judgedTable), "\n") {
		if strings.HasPrefix(line, "#") || line == "" {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != 5 || f[3] != "true" && f[3] != "false" {
			return nil, fmt.Errorf("judged.tsv:%d: got %q, want package, test, place, true or false, and why, with tabs between", i+1, line)
		}
		a := accusation{TestName: suite.TestName{Package: f[0], Test: f[1]}, Place: f[2]}
		all[a] = judgement{isTrue: f[3] == "true", why: f[4]}
	}
	return all, nil
}

// accusations are those of a run, each once.
func accusations(o suite.Observation) (all []accusation) {
	for _, s := range o.Sites() {
		for _, t := range s.Tests {
			all = append(all, accusation{t, placeOf(s)})
		}
		for _, p := range s.Rest {
			all = append(all, accusation{suite.TestName{Package: p, Test: "-"}, placeOf(s)})
		}
	}
	return all
}

// placeOf is the place of a site without folders, or what is known where there is none.
func placeOf(s suite.Site) string {
	file, line := s.Place()
	switch {
	case s.Process != nil:
		return s.Process.Command
	case file == "":
		return s.Finding.Function
	}
	return fmt.Sprintf("%s:%d", filepath.Base(file), line)
}
