package forms

import (
	"fmt"
	"io"
	"strings"

	"github.com/watertight-go/watertight/attach"
	"github.com/watertight-go/watertight/internal/frames"
	"github.com/watertight-go/watertight/internal/plaintext"
)

// Markdown writes a result as GitHub-flavoured Markdown.
func Markdown(w io.Writer, r attach.Result) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# Watertight\n\n**%s**\n\n", escaped(headline(r)))
	for _, s := range r.Instances {
		if s.Polls > 0 {
			fmt.Fprintf(&b, "- %s\n", escaped(summaryLine(s)))
		}
	}
	shown := r.Findings[:min(len(r.Findings), mostRows)]
	if len(shown) > 0 {
		b.WriteString("\n| | verdict | per second | per request | proven | where |\n|---|---|---|---|---|---|\n")
	}
	for i, f := range shown {
		fmt.Fprintf(&b, "| %d | %s | %s | %s | %s | %s |\n", i+1, escaped(verdict(f)), escaped(perSecond(f)), perRequest(f), proven(f), escaped(where(f)))
	}
	for i, f := range shown {
		fmt.Fprintf(&b, "\n**%d  %s**\n\n", i+1, escaped(where(f)))
		for _, d := range details(f) {
			fmt.Fprintf(&b, "- %s\n", escaped(d))
		}
		b.WriteByte('\n')
		// Indented: a name cannot end that, as it could end a fence.
		for _, line := range frames.Lines(f.Stack) {
			b.WriteString("    " + line + "\n")
		}
	}
	for i, n := range notes(r) {
		if i == 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "- %s\n", escaped(n))
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("forms: markdown: write: %w", err)
	}
	return nil
}

func escaped(s string) string { return plaintext.Markdown(clean(s)) }

// notes are what could not be judged.
func notes(r attach.Result) (all []string) {
	if r.Partial != "" {
		all = append(all, "partial: "+clean(r.Partial))
	}
	for _, n := range r.Notes {
		all = append(all, clean(n))
	}
	for _, n := range r.Hints {
		all = append(all, clean(n))
	}
	for _, s := range r.Instances {
		for _, x := range s.Problems {
			if !containsText(r.Notes, x) {
				all = append(all, clean(s.Name+": "+x))
			}
		}
	}
	return all
}

func containsText(all []string, part string) bool {
	for _, s := range all {
		if strings.Contains(s, part) {
			return true
		}
	}
	return false
}
