package text

import (
	"fmt"
	"io"
	"strings"

	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/reports/internal/view"
)

// TerminalDiff writes the functions that differ most between two profiles, for a
// reader at a terminal.
func ProfileDiff(w io.Writer, diff reports.ProfileDiff, opts Options) error {
	d, err := view.NewProfileDiff(diff)
	if err != nil {
		return err
	}
	if opts.Width == 0 {
		opts.Width = DefaultWidth
	}
	t := &terminal{color: opts.Color, width: max(opts.Width, MinWidth)}
	t.view(d.View(mostChanges, view.Column{Head: "function", Kind: view.Label}, brief))
	if _, err := io.WriteString(w, t.b.String()); err != nil {
		return fmt.Errorf("reports: diff: write: %w", err)
	}
	return nil
}

// mostChanges is how many functions the table of TerminalDiff shows.
const mostChanges = 30

// brief is a function without its import path's folders.
func brief(name string) string {
	head := name
	if i := strings.IndexAny(name, "[("); i >= 0 {
		head = name[:i]
	}
	return name[strings.LastIndex(head, "/")+1:]
}
