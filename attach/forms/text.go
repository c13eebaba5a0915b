package forms

import (
	"fmt"
	"io"

	"github.com/watertight-go/watertight/attach"
	"github.com/watertight-go/watertight/internal/screen"
)

// Terminal is what Text writes to.
type Terminal = screen.Terminal

// mostRows bounds the findings that are shown.
const mostRows = 50

// Text writes a result for a terminal, the answer first. Characters that could control
// the terminal are spelled out.
func Text(w io.Writer, r attach.Result, to Terminal) error {
	s := screen.New(to)
	s.Toned(headline(r), screen.ToneOf(r.ExitCode()))
	for _, in := range r.Instances {
		if in.Polls > 0 {
			s.Line("  ", summaryLine(in))
		}
	}
	writeFindings(s, r.Findings)
	s.Lines(notes(r))
	s.Lines(next(r))
	if _, err := s.WriteTo(w); err != nil {
		return fmt.Errorf("forms: text: write: %w", err)
	}
	return nil
}

// writeFindings writes a table, and below it what the table has no place for.
func writeFindings(s *screen.Screen, all []attach.Finding) {
	shown := all[:min(len(all), mostRows)]
	rows := [][]string{{"", "VERDICT", "PER SECOND", "PER REQUEST", "PROVEN", "WHERE"}}
	for i, f := range shown {
		rows = append(rows, []string{fmt.Sprint(i + 1), verdict(f), perSecond(f), perRequest(f), proven(f), where(f)})
	}
	if len(shown) > 0 {
		s.Table(rows)
	}
	for i, f := range shown {
		more := details(f)
		if len(more) == 0 {
			continue
		}
		s.Blank()
		s.Line("", fmt.Sprintf("%d  %s", i+1, where(f)))
		for _, d := range more {
			s.Line("   ", d)
		}
	}
	if more := len(all) - mostRows; more > 0 {
		s.Line("", fmt.Sprintf("... and %d more", more))
	}
}

// next says what to do.
func next(r attach.Result) []string {
	for _, f := range r.Findings {
		if f.Verdict == attach.Suspected {
			return []string{"Next: watch for twice as long (-for), to tell leaks from queues that fill."}
		}
	}
	if len(r.Findings) > 0 {
		return []string{"Next: read the code at the first place. docs/attach.md explains the words."}
	}
	return nil
}
