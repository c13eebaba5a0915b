package forms

import (
	"fmt"
	"strings"

	"github.com/watertight-go/watertight/internal/plaintext"
	"github.com/watertight-go/watertight/service"
)

// trouble is a side that could not be judged, or did not survive, with the end of its log.
type trouble struct {
	Text string
	Log  []string
}

func troubles(r service.Result) (all []trouble) {
	for _, s := range r.Sides {
		for _, why := range []string{s.Trouble, s.Died} {
			if why != "" {
				all = append(all, trouble{clean(s.Name + ": " + why), logLines(s.Log)})
				break
			}
		}
	}
	return all
}

// logLines are the last lines of a log.
func logLines(all []string) (lines []string) {
	for _, l := range all[max(len(all)-mostLog, 0):] {
		lines = append(lines, plaintext.Limit(strings.TrimRight(l, "\r\n"), plaintext.MostCell))
	}
	return lines
}

// notes are what could not be judged, what could not be read, and hints.
func notes(r service.Result) (all []string) {
	if r.Partial != "" {
		all = append(all, "partial: "+clean(r.Partial))
	}
	for _, n := range r.Notes {
		if !said(r, n) {
			all = append(all, clean(n))
		}
	}
	for _, s := range r.Sides {
		for _, x := range s.Problems {
			all = append(all, clean(s.Name+": "+x))
		}
	}
	for _, h := range r.Hints {
		all = append(all, clean(h))
	}
	return all
}

// said reports whether a note repeats the trouble of a side.
func said(r service.Result, note string) bool {
	for _, s := range r.Sides {
		if s.Trouble != "" && strings.Contains(note, s.Trouble) {
			return true
		}
	}
	return false
}

// sides say what was run.
func sides(r service.Result) (all []string) {
	for _, s := range r.Sides {
		line := s.Name + ": " + s.What
		if s.Version != "" {
			line += " at " + s.Version
		}
		all = append(all, clean(fmt.Sprintf("%s; %d requests, %d to its upstream", line, s.Sent, s.Upstream)))
	}
	return all
}
