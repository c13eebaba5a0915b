package view

import (
	"fmt"

	"github.com/watertight-go/watertight/reports"
)

// view is what every renderer shows: sections of lines and tables, computed
// once, so that terminal and Markdown cannot disagree. Its strings are raw, as
// the report holds them: each renderer makes them harmless in its own way.
type Document struct {
	// partial is the first thing a reader sees, where it is not empty.
	Partial  string
	Title    string
	Facts    []string
	Sections []Section
}

// section is a heading with what stands below it, in this order.
type Section struct {
	// id is the section's name in a page; empty for one that is like any other.
	ID    string
	Title string
	Lead  []Line
	Grids []Table
	Notes []Line
}

// line is a paragraph, or a command that the reader may copy.
type Line struct {
	Text    string
	Tone    Tone
	Command bool
}

// tone is what a colour may underline; nothing is told by it alone.
type Tone int

const (
	Plain Tone = iota
	Good
	Bad
	Doubt
	Faint
)

// grid is a table. Without a column's head it has no header at all.
type Table struct {
	Columns []Column
	Rows    []Row
	// wide says that all columns but the first are alike, and may be continued
	// in a further table where they do not fit beside each other.
	Wide bool
	// fold is how rows that are good throughout may be summed up; empty: never.
	Fold string
}

// column is a column's heading and how it gives way where room is short.
type Column struct {
	Head string
	Kind Kind
}

// kind is how a column's cells are fitted.
type Kind int

const (
	// label is a name: its middle is cut out where it is too long.
	Label Kind = iota
	// prose is wrapped.
	Prose
	// below is prose that may stand below the column before it.
	Below
	// figure is short, and aligned to the right.
	Figure
	// sign is short, and aligned to the left.
	Sign
)

// row is a table's row. Rows of one group share a heading.
type Row struct {
	Group string
	Cells []Cell
}

// cell is one or more paragraphs.
type Cell struct {
	Lines []string
	Tone  Tone
}

func Text(text string) Cell              { return Cell{Lines: []string{text}} }
func toned(t Tone, lines ...string) Cell { return Cell{Lines: lines, Tone: t} }
func note(format string, args ...any) Line {
	return Line{Text: fmt.Sprintf(format, args...)}
}

// newView computes everything that is shown. file is the path of the stored
// report, for the lines that tell what to do next.
func New(r *reports.Report, file string) Document {
	x := NewIndex(r)
	v := Document{Title: "Watertight", Partial: r.Partial, Facts: facts(x)}
	for _, s := range []Section{
		verdicts(x), compatibility(x), alternatives(x), matrix(x), accumulation(x), bench(x), claims(x), projections(x), doubts(x), next(x, file),
	} {
		if len(s.Lead)+len(s.Grids)+len(s.Notes) > 0 {
			v.Sections = append(v.Sections, s)
		}
	}
	return v
}
