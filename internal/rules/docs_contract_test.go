package rules

import (
	"fmt"
	"strings"
	"testing"

	"github.com/watertight-go/watertight/executor"
)

// docs/contract.md has every clause of the contract with its text as a
// quotation, a reason and its limits.
func TestContractIsDocumented(t *testing.T) {
	sections := strings.Split(document(t, "docs/contract.md"), "\n## ")[1:]
	if len(sections) != len(executor.Clauses) {
		t.Fatalf("docs/contract.md has %d sections, want one for each of %d clauses", len(sections), len(executor.Clauses))
	}
	for i, c := range executor.Clauses {
		title, body, _ := strings.Cut(sections[i], "\n")
		want := fmt.Sprintf("%d. %s%s", i+1, strings.ToUpper(c.Title[:1]), c.Title[1:])
		if title != want {
			t.Errorf("docs/contract.md: got the heading %q, want %q", title, want)
		}
		if got := quotation(body); got != c.Text {
			t.Errorf("docs/contract.md, %s:\n got %q\nwant %q", title, got, c.Text)
		}
		for _, part := range []string{"\n**Why.** ", "\n**Limits.** "} {
			if !strings.Contains(body, part) {
				t.Errorf("docs/contract.md, %s: no paragraph %q", title, strings.TrimSpace(part))
			}
		}
	}
}

// quotation is the quoted text of a section, in one line.
func quotation(section string) string {
	var parts []string
	for line := range strings.Lines(section) {
		if text, ok := strings.CutPrefix(line, "> "); ok {
			parts = append(parts, strings.TrimSpace(text))
		}
	}
	return strings.Join(parts, " ")
}
