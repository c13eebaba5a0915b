package reports

import (
	"fmt"
	"strings"
	"time"
)

// view is what every renderer shows: sections of lines and tables, computed
// once, so that terminal and Markdown cannot disagree. Its strings are raw, as
// the report holds them: each renderer makes them harmless in its own way.
type view struct {
	// partial is the first thing a reader sees, where it is not empty.
	partial  string
	title    string
	facts    []string
	sections []section
}

// section is a heading with what stands below it, in this order.
type section struct {
	// id is the section's name in a page; empty for one that is like any other.
	id    string
	title string
	lead  []line
	grids []grid
	notes []line
}

// line is a paragraph, or a command that the reader may copy.
type line struct {
	text    string
	tone    tone
	command bool
}

// tone is what a colour may underline; nothing is told by it alone.
type tone int

const (
	plain tone = iota
	good
	bad
	doubt
	faint
)

// grid is a table. Without a column's head it has no header at all.
type grid struct {
	columns []column
	rows    []row
	// wide says that all columns but the first are alike, and may be continued
	// in a further table where they do not fit beside each other.
	wide bool
	// fold is how rows that are good throughout may be summed up; empty: never.
	fold string
}

// column is a column's heading and how it gives way where room is short.
type column struct {
	head string
	kind kind
}

// kind is how a column's cells are fitted.
type kind int

const (
	// label is a name: its middle is cut out where it is too long.
	label kind = iota
	// prose is wrapped.
	prose
	// below is prose that may stand below the column before it.
	below
	// figure is short, and aligned to the right.
	figure
	// sign is short, and aligned to the left.
	sign
)

// row is a table's row. Rows of one group share a heading.
type row struct {
	group string
	cells []cell
}

// cell is one or more paragraphs.
type cell struct {
	lines []string
	tone  tone
}

func say(text string) cell               { return cell{lines: []string{text}} }
func toned(t tone, lines ...string) cell { return cell{lines: lines, tone: t} }
func note(format string, args ...any) line {
	return line{text: fmt.Sprintf(format, args...)}
}

// newView computes everything that is shown. file is the path of the stored
// report, for the lines that tell what to do next.
func newView(r *Report, file string) view {
	x := newIndex(r)
	v := view{title: "Watertight", partial: r.Partial, facts: facts(x)}
	for _, s := range []section{
		verdicts(x), compatibility(x), alternatives(x), matrix(x), accumulation(x), bench(x), claims(x), projections(x), doubts(x), next(x, file),
	} {
		if len(s.lead)+len(s.grids)+len(s.notes) > 0 {
			v.sections = append(v.sections, s)
		}
	}
	return v
}

// facts are where and when the run was made.
func facts(x *index) []string {
	r, e := x.report, x.report.Environment
	run := fmt.Sprintf("%s x %s, %s", plural(len(x.rows), "scenario"), plural(len(x.executors), "executor"), plural(len(r.Cells), "cell"))
	if r.Elapsed > 0 {
		run += ", in " + duration(time.Duration(r.Elapsed))
	}
	if !r.Created.IsZero() {
		run += ", " + r.Created.UTC().Format("2006-01-02 15:04 MST")
	}
	var place []string
	for _, s := range []string{r.Tool, e.Go, strings.Trim(e.OS+"/"+e.Arch, "/"), e.CPU} {
		if s != "" {
			place = append(place, s)
		}
	}
	if e.Cores > 0 {
		place = append(place, fmt.Sprintf("%d cores", e.Cores))
	}
	if e.Commit != "" && !strings.Contains(r.Tool, e.Commit) {
		place = append(place, "commit "+e.Commit)
	}
	all := []string{run}
	if text := shards(r); text != "" {
		all = append(all, text)
	}
	if len(place) > 0 {
		all = append(all, strings.Join(place, ", "))
	}
	return all
}

// shards says that the run was split, and into what.
func shards(r *Report) string {
	switch n := len(r.Shards); n {
	case 0:
		return ""
	case 1:
		return "shard " + short(r.Shards[0].Name) + " only"
	default:
		return fmt.Sprintf("joined from %d shards", n)
	}
}

// index finds the cells of a report.
type index struct {
	report    *Report
	summary   Summary
	executors []string
	rows      []Row
	cells     map[cellKey]Cell
}

func newIndex(r *Report) *index {
	x := &index{report: r, summary: Summarize(r), executors: executorNames(r), rows: scenarioRows(r), cells: map[cellKey]Cell{}}
	for _, c := range r.Cells {
		x.cells[keyOf(c)] = c
	}
	return x
}

// cell is that of the ordinary binary.
func (x *index) cell(executor, scenario string) (Cell, bool) {
	c, ok := x.cells[cellKey{executor, scenario, false}]
	return c, ok
}
