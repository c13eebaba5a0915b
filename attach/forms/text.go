package forms

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/watertight-go/watertight/attach"
	"github.com/watertight-go/watertight/internal/plaintext"
)

// Terminal is what Text writes to.
type Terminal struct {
	// Color adds ANSI colours. Colour is never the only sign of a thing.
	Color bool
	// Width is how many columns a line may take. Zero means WidestLine; less than 60 means 60.
	Width int
}

// WidestLine is how wide lines become at most: longer ones are hard to read.
const WidestLine = 100

// mostRows bounds the findings that are shown.
const mostRows = 50

// Text writes a result for a terminal, the answer first. Characters that could control
// the terminal are spelled out.
func Text(w io.Writer, r attach.Result, to Terminal) error {
	p := printer{color: to.Color, width: max(cmp.Or(to.Width, WidestLine), 60)}
	p.result(r)
	if _, err := io.WriteString(w, p.b.String()); err != nil {
		return fmt.Errorf("forms: text: write: %w", err)
	}
	return nil
}

// printer writes wrapped lines.
type printer struct {
	b     strings.Builder
	color bool
	width int
}

func (p *printer) result(r attach.Result) {
	for _, line := range plaintext.Wrap(headline(r), p.width) {
		p.b.WriteString(p.toned(line, tone(r)) + "\n")
	}
	for _, s := range r.Instances {
		if s.Polls > 0 {
			p.wrapped("  ", summaryLine(s))
		}
	}
	p.table(r.Findings[:min(len(r.Findings), mostRows)])
	for i, f := range r.Findings[:min(len(r.Findings), mostRows)] {
		p.finding(i+1, f)
	}
	if more := len(r.Findings) - mostRows; more > 0 {
		p.wrapped("", fmt.Sprintf("... and %d more", more))
	}
	p.notes(r)
	p.next(r)
}

func (p *printer) table(all []attach.Finding) {
	if len(all) == 0 {
		return
	}
	rows := [][]string{{"", "VERDICT", "PER SECOND", "PER REQUEST", "PROVEN", "WHERE"}}
	for i, f := range all {
		rows = append(rows, []string{fmt.Sprint(i + 1), verdict(f), perSecond(f), perRequest(f), proven(f), where(f)})
	}
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], plaintext.Width(cell))
		}
	}
	used := 0
	for _, w := range widths[:len(widths)-1] {
		used += w + 2
	}
	p.b.WriteByte('\n')
	for _, row := range rows {
		line := ""
		for i, cell := range row[:len(row)-1] {
			line += cell + strings.Repeat(" ", widths[i]-plaintext.Width(cell)+2)
		}
		p.b.WriteString(strings.TrimRight(line+plaintext.Shorten(row[len(row)-1], max(p.width-used, 12)), " ") + "\n")
	}
}

// finding has what the table has no place for.
func (p *printer) finding(n int, f attach.Finding) {
	all := details(f)
	if len(all) == 0 {
		return
	}
	p.b.WriteByte('\n')
	p.wrapped("", fmt.Sprintf("%d  %s", n, where(f)))
	for _, d := range all {
		p.wrapped("   ", d)
	}
}

func (p *printer) notes(r attach.Result) {
	for i, n := range notes(r) {
		if i == 0 {
			p.b.WriteByte('\n')
		}
		p.wrapped("", n)
	}
}

// next says what to do.
func (p *printer) next(r attach.Result) {
	doubt := false
	for _, f := range r.Findings {
		doubt = doubt || f.Verdict == attach.Suspected
	}
	switch {
	case doubt:
		p.b.WriteString("\nNext: watch for twice as long (-for), to tell leaks from queues that fill.\n")
	case len(r.Findings) > 0:
		p.b.WriteString("\nNext: read the code at the first place. docs/attach.md explains the words.\n")
	}
}

func (p *printer) wrapped(indent, s string) {
	for _, line := range plaintext.Wrap(s, p.width-len(indent)) {
		p.b.WriteString(indent + line + "\n")
	}
}

func tone(r attach.Result) string {
	return map[int]string{0: "32", 1: "31", 2: "33"}[r.ExitCode()]
}

func (p *printer) toned(s, code string) string {
	if !p.color {
		return s
	}
	return "\x1b[1;" + code + "m" + s + "\x1b[0m"
}
