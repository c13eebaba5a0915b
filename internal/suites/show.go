package main

import (
	"fmt"
	"io"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/watertight-go/watertight/suite"
)

// leastTrue is the share of accusations that must be true.
const leastTrue = 0.99

// show prints the table, and what is not as it must be.
func show(w io.Writer, all []result, judged map[accusation]judgement) bool {
	rows := table.NewWriter()
	rows.SetStyle(table.StyleLight)
	rows.AppendHeader(table.Row{"module", "tests", "accused", "true", "planted", "otherwise", "wall s", "plain", "ratio", "CPU s", "plain", "ratio"})
	sum := totals{}
	for _, r := range all {
		one := totals{}
		one.add(w, r, judged)
		sum.join(one)
		rows.AppendRow(one.row(r.module.Module))
	}
	rows.AppendFooter(sum.row("all"))
	fmt.Fprintln(w, rows.Render())
	return sum.good()
}

// totals are the figures of one module, or of all.
type totals struct {
	tests, accused, isTrue, unjudged int
	planted, plantedFound, otherwise int
	wall, plainWall, cpu, plainCPU   time.Duration
}

func (t *totals) add(w io.Writer, r result, judged map[accusation]judgement) {
	for _, a := range accusations(r.checked) {
		t.accused++
		j, known := judged[a]
		switch {
		case !known:
			t.unjudged++
			fmt.Fprintf(w, "not judged: %s\t%s\t%s\n", a.Package, a.Test, a.Place)
		case j.isTrue:
			t.isTrue++
		}
	}
	plain := outcomes(r.plain)
	for _, p := range r.checked.Packages {
		if p.Error != "" {
			fmt.Fprintf(w, "not run: %s: %s\n", p.Path, p.Error)
		}
		for _, test := range p.Tests {
			t.compare(w, plain, p.Path, test)
		}
	}
	t.addPlanted(w, r)
	t.wall, t.plainWall, t.cpu, t.plainCPU = r.checked.Elapsed, r.plain.Elapsed, r.checked.CPU, r.plain.CPU
}

// compare counts a test, and says where it ended otherwise than plain.
func (t *totals) compare(w io.Writer, plain map[suite.TestName]suite.Outcome, path string, test suite.Test) {
	t.tests++
	was := plain[suite.TestName{Package: path, Test: suite.PlainName(test.Name)}]
	if was != test.Outcome || !test.Checked && !test.IsExample() {
		t.otherwise++
		fmt.Fprintf(w, "otherwise: %s %s: %s, plain %s, checked %v\n", path, test.Name, test.Outcome, was, test.Checked)
	}
}

// outcomes are those of all tests.
func outcomes(o suite.Observation) map[suite.TestName]suite.Outcome {
	all := map[suite.TestName]suite.Outcome{}
	for _, p := range o.Packages {
		for _, test := range p.Tests {
			all[suite.TestName{Package: p.Path, Test: test.Name}] = test.Outcome
		}
	}
	return all
}

// addPlanted counts planted leaks: each test that was checked has one.
func (t *totals) addPlanted(w io.Writer, r result) {
	if r.planted == nil {
		return
	}
	for _, p := range r.planted.Packages {
		for _, test := range p.Tests {
			if !test.Checked {
				continue
			}
			t.planted++
			if test.Left != nil {
				t.plantedFound++
			} else {
				fmt.Fprintf(w, "planted and not found: %s %s\n", p.Path, test.Name)
			}
		}
	}
}

func (t *totals) join(o totals) {
	t.tests, t.accused, t.isTrue, t.unjudged = t.tests+o.tests, t.accused+o.accused, t.isTrue+o.isTrue, t.unjudged+o.unjudged
	t.planted, t.plantedFound, t.otherwise = t.planted+o.planted, t.plantedFound+o.plantedFound, t.otherwise+o.otherwise
	t.wall, t.plainWall, t.cpu, t.plainCPU = t.wall+o.wall, t.plainWall+o.plainWall, t.cpu+o.cpu, t.plainCPU+o.plainCPU
}

func (t totals) row(name string) table.Row {
	s := func(d time.Duration) string { return fmt.Sprintf("%.1f", d.Seconds()) }
	ratio := func(a, b time.Duration) string { return fmt.Sprintf("%.2f", a.Seconds()/b.Seconds()) }
	return table.Row{name, t.tests, t.accused, t.isTrue, fmt.Sprintf("%d of %d", t.plantedFound, t.planted), t.otherwise,
		s(t.wall), s(t.plainWall), ratio(t.wall, t.plainWall), s(t.cpu), s(t.plainCPU), ratio(t.cpu, t.plainCPU)}
}

// good reports whether all is as it must be.
func (t totals) good() bool {
	return t.unjudged == 0 && float64(t.isTrue) >= leastTrue*float64(t.accused) && t.planted == t.plantedFound && t.otherwise == 0
}
