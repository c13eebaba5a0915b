package ci

import (
	"fmt"
	"strings"

	"github.com/watertight-go/watertight/internal/plaintext"
	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/reports/internal/view"
	"github.com/watertight-go/watertight/scenarios"
)

// text is the fault in one sentence, as in "mine breaks clause 1 (returns in
// time) in hang-ignoring: got 5 s, want at most 1 s".
func (f *fault) text(candidate string) string {
	text := fmt.Sprintf("%s in %s: got %s", f.verdict(plaintext.Name(candidate)), f.where(), plaintext.Limit(f.got, plaintext.MostSentence))
	if f.want != "" {
		text += ", want " + plaintext.Limit(f.want, plaintext.MostSentence)
	}
	if f.count > 0 {
		text += "; " + f.goroutines()
	}
	return text
}

// verdict says what the candidate does to the clause.
func (f *fault) verdict(candidate string) string {
	clause := "any clause"
	if f.clause != 0 {
		clause = fmt.Sprintf("clause %d", f.clause)
	}
	if title := view.ClauseTitle(f.clause); title != "" {
		clause += " (" + title + ")"
	}
	if f.status == scenarios.Unknown {
		return fmt.Sprintf("%s could not be judged by %s", candidate, clause)
	}
	return fmt.Sprintf("%s breaks %s", candidate, clause)
}

// where names the first scenarios that show the fault.
func (f *fault) where() string {
	const most = 5
	text := strings.Join(plaintext.Names(f.scenarios[:min(most, len(f.scenarios))]), ", ")
	if more := len(f.scenarios) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// goroutines says how many were left behind, and what created them.
func (f *fault) goroutines() string {
	text := fmt.Sprintf("%s left behind, %s", plural.Count(f.count, "goroutine"), plaintext.Clean(string(f.class)))
	if f.createdBy != "" {
		text += ", created by " + plaintext.Limit(f.createdBy, 2*plaintext.MostName)
	}
	if at := f.created.String(); at != "" {
		text += " at " + plaintext.Limit(at, 2*plaintext.MostName)
	}
	return text
}
