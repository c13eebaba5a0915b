// Package view turns a report into sections of lines and tables, which all
// renderers for people share. Its strings are as the report holds them: each
// renderer makes them harmless in its own way.
package view

import (
	"fmt"

	"github.com/watertight-go/watertight/reports"
)

// Document is a report as sections, in the order of reading.
type Document struct {
	// Partial says why the run did not finish; it comes first. It is empty for a
	// whole run.
	Partial string
	Title   string
	// Facts are where and when the run was made.
	Facts    []string
	Sections []Section
}

// New computes the document of a report. file is the path of the stored report,
// for the commands of the last section; empty means report.json.
func New(r *reports.Report, file string) Document {
	x := NewIndex(r)
	d := Document{Title: "Watertight", Partial: r.Partial, Facts: facts(x)}
	for _, s := range []Section{
		verdicts(x), compatibility(x), alternatives(x), matrix(x), accumulation(x), bench(x), claims(x), projections(x), doubts(x), next(x, file),
	} {
		if len(s.Lead)+len(s.Tables)+len(s.Notes) > 0 {
			d.Sections = append(d.Sections, s)
		}
	}
	return d
}

// Section is a heading with what stands below it, in this order.
type Section struct {
	// ID names the section in a page.
	ID     string
	Title  string
	Lead   []Line
	Tables []Table
	Notes  []Line
}

// Line is a paragraph.
type Line struct {
	Text string
	Tone Tone
	// Details are further lines. A page can unfold them; text leaves them out.
	Details []string
	// Command says that the line is a command that the reader may copy.
	Command bool
}

// Short is the text of a line whose details are not shown.
func (l Line) Short() string {
	if len(l.Details) == 0 {
		return l.Text
	}
	return l.Text + " (details: report.html)"
}

// note is a plain line.
func note(format string, args ...any) Line {
	return Line{Text: fmt.Sprintf(format, args...)}
}

// Tone is how a text may be coloured. Colour is never the only sign of a thing.
type Tone int

const (
	Plain Tone = iota
	Good
	Bad
	Doubt
	Faint
)

// Table is a table. It has no header where no column has a heading.
type Table struct {
	Columns []Column
	Rows    []Row
	// Wide says that all columns but the first are alike. Where they do not fit
	// beside each other, the rest continues in a further table.
	Wide bool
	// Fold is the heading for the names of all rows that are good in every
	// column, which need no row of their own then. Empty means that every row is
	// shown.
	Fold string
}

// Column is a column's heading and kind.
type Column struct {
	Head string
	Kind Kind
}

// Kind is how a column's cells are fitted where a line is too long.
type Kind int

const (
	// Label is a name. Its middle is cut out where it is too long.
	Label Kind = iota
	// Prose is wrapped.
	Prose
	// Below is prose that may stand below the column before it.
	Below
	// Figure is short, and aligned to the right.
	Figure
	// Sign is short, and aligned to the left.
	Sign
)

// Row is a table's row. Adjacent rows of one group share a heading.
type Row struct {
	Group string
	Cells []Cell
}

// Cell is one or more paragraphs.
type Cell struct {
	Lines []string
	Tone  Tone
}

// Text is a cell of one paragraph.
func Text(text string) Cell { return Cell{Lines: []string{text}} }

func toned(t Tone, lines ...string) Cell { return Cell{Lines: lines, Tone: t} }
