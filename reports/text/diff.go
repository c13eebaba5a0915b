package text

import (
	"fmt"
	"io"
	"strings"

	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/reports/internal/view"
)

// ProfileDiff writes the functions that differ most between two profiles, for a
// reader at a terminal.
func ProfileDiff(w io.Writer, diff reports.ProfileDiff, opts Options) error {
	d, err := view.NewProfileDiff(diff)
	if err != nil {
		return err
	}
	if err := newTerminal(opts).write(w, d.View(mostChanges, view.Column{Head: "function", Kind: view.Label}, brief)); err != nil {
		return fmt.Errorf("reports/text: diff: write: %w", err)
	}
	return nil
}

// mostChanges is how many functions the table of ProfileDiff shows.
const mostChanges = 30

// brief is a function's name without the folders of its import path.
func brief(name string) string {
	head := name
	if i := strings.IndexAny(name, "[("); i >= 0 {
		head = name[:i]
	}
	return name[strings.LastIndex(head, "/")+1:]
}
