// Package html renders reports as pages that need no other file and no network.
package html

import (
	"errors"
	"fmt"
	"io"

	"github.com/watertight-go/watertight/internal/plaintext"
	"github.com/watertight-go/watertight/internal/webpage"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/reports/internal/view"
)

// Write writes the report as one page. It says what Markdown says, as tables, and
// adds curves, the stacks of each cell and flame graphs, which a script in the
// page draws from data in the page.
//
// The page's Content-Security-Policy allows this script and style, by their
// hashes, and nothing else. Stored strings are text in the page, never markup.
// The commands in it are to be run in the report's own folder.
func Write(w io.Writer, r *reports.Report) error {
	if r == nil {
		return errors.New("reports/html: got no report, want one")
	}
	x := view.NewIndex(r)
	d := view.New(r, "")
	p := htmlPage{Page: webpage.Page{Title: "Watertight"}, Partial: d.Partial}
	if r.Before != "" && r.After != "" {
		p.Title = fmt.Sprintf("Watertight: %s against %s", plaintext.Name(r.After), plaintext.Name(r.Before))
	}
	for _, f := range d.Facts {
		p.Facts = append(p.Facts, said(f))
	}
	p.fill(x, d)
	return p.render(w, "report.html.tmpl", reportScripts, newPage(x))
}
