package html

import (
	"github.com/watertight-go/watertight/internal/plaintext"
	"github.com/watertight-go/watertight/reports/internal/view"
)

// htmlSection is a section for the templates.
type htmlSection struct {
	ID, Title string
	Lead      []htmlLine
	Tables    []htmlGrid
	Notes     []htmlLine
}

type htmlLine struct {
	Text, Tone string
	Command    bool
	// Details unfold below the line.
	Details []string
}

func linesOf(lines []view.Line) (all []htmlLine) {
	for _, l := range lines {
		h := htmlLine{Text: said(l.Text), Tone: toneNames[l.Tone], Command: l.Command}
		for _, d := range l.Details {
			h.Details = append(h.Details, said(d))
		}
		all = append(all, h)
	}
	return all
}

type htmlGrid struct {
	Heads []htmlHead
	Rows  []htmlRow
	// Named says that the first column names the rows. Headed says that there is
	// a header.
	Named, Headed bool
}

type htmlHead struct{ Text, Kind string }

type htmlRow struct {
	Group string
	Cells []htmlCell
}

type htmlCell struct {
	Lines            []string
	Tone, Kind, Head string
}

// said is a paragraph, as the page shows it.
func said(s string) string { return plaintext.Limit(s, plaintext.MostParagraph) }

var toneNames = map[view.Tone]string{view.Plain: "", view.Good: "good", view.Bad: "bad", view.Doubt: "doubt", view.Faint: "faint"}

var kindNames = map[view.Kind]string{view.Label: "label", view.Prose: "prose", view.Below: "prose", view.Figure: "figure", view.Sign: "sign"}

func sectionOf(s view.Section) htmlSection {
	h := htmlSection{ID: s.ID, Title: said(s.Title), Lead: linesOf(s.Lead), Notes: linesOf(s.Notes)}
	for _, g := range s.Tables {
		h.Tables = append(h.Tables, gridOf(g))
	}
	return h
}

func gridOf(t view.Table) htmlGrid {
	var out htmlGrid
	for _, c := range t.Columns {
		out.Heads = append(out.Heads, htmlHead{plaintext.Name(c.Head), kindNames[c.Kind]})
		out.Headed = out.Headed || c.Head != ""
	}
	out.Named = len(t.Columns) > 0 && t.Columns[0].Kind == view.Label
	group := ""
	for _, r := range t.Rows {
		row := htmlRow{}
		if r.Group != group {
			row.Group, group = said(r.Group), r.Group
		}
		for i, c := range r.Cells {
			row.Cells = append(row.Cells, cellIn(t.Columns[i], c))
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// cellIn is a cell of a column.
func cellIn(column view.Column, c view.Cell) htmlCell {
	out := htmlCell{Tone: toneNames[c.Tone], Kind: kindNames[column.Kind], Head: plaintext.Name(column.Head)}
	most := plaintext.MostCell
	if column.Kind == view.Label {
		most = plaintext.MostName
	}
	for _, s := range c.Lines {
		out.Lines = append(out.Lines, plaintext.Limit(s, most))
	}
	return out
}
