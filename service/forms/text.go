package forms

import (
	"fmt"
	"io"
	"strings"

	"github.com/watertight-go/watertight/internal/screen"
	"github.com/watertight-go/watertight/service"
)

// Terminal is what Text writes to.
type Terminal = screen.Terminal

// Text writes a result for a terminal, the answer first. Characters that could control
// the terminal are spelled out.
func Text(w io.Writer, r service.Result, to Terminal) error {
	s := screen.New(to)
	s.Toned(headline(r), screen.ToneOf(r.ExitCode()))
	for _, line := range sides(r) {
		s.Line("  ", line)
	}
	if len(r.Rows) > 0 {
		rows := append([][]string{columns(r)}, rowsOf(r)...)
		for i, head := range rows[0] {
			rows[0][i] = strings.ToUpper(head)
		}
		s.Table(rows)
	}
	s.Lines(reasons(r))
	writeFindings(s, r.Findings)
	for _, t := range troubles(r) {
		s.Blank()
		s.Line("", t.Text)
		s.Quoted("    ", t.Log)
	}
	s.Lines(notes(r))
	if text := next(r); text != "" {
		s.Lines([]string{text})
	}
	if _, err := s.WriteTo(w); err != nil {
		return fmt.Errorf("forms: text: write: %w", err)
	}
	return nil
}

// writeFindings writes the line of each finding first, then what is known of it.
func writeFindings(s *screen.Screen, all []service.Finding) {
	for i, f := range all[:min(len(all), mostFindings)] {
		s.Blank()
		s.Line("", fmt.Sprintf("%d  %s: %s", i+1, at(f), clean(string(f.Word))))
		s.Line("   ", what(f))
		for _, d := range details(f) {
			s.Line("   ", d)
		}
	}
	if more := len(all) - mostFindings; more > 0 {
		s.Line("", fmt.Sprintf("... and %d more", more))
	}
}
