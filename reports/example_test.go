package reports_test

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/reports/text"
)

// A report is stored once and can be rendered again and again.
func Example() {
	dir, err := os.MkdirTemp("", "report")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "report.json")
	r := &reports.Report{Schema: reports.Schema, After: "mine", Executors: []reports.Executor{{Name: "mine"}}}
	if err := r.Save(path); err != nil {
		fmt.Println(err)
		return
	}
	r, err = reports.Load(path)
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := text.Terminal(os.Stdout, r, text.Options{Width: 60}); err != nil {
		fmt.Println(err)
	}
	fmt.Println("exit code", r.ExitCode())
	// Output:
	// Watertight: 0 scenarios x 1 executor, 0 cells
	//
	// ── Verdict ─────────────────────────────────────────────────
	// Nothing was measured: no executor can be called safe.
	// ?  mine  not run
	// Clauses: 1 returns in time, 2 loses nothing, 3 partial
	//   success, 4 cancels, 5 leaves nothing, 6 bounds what cannot
	//   be stopped, 7 survives, 8 respects Limit, 9 runs tools, 10
	//   touches no input, 11 passes the context on, 12 joins, 13
	//   ends with its consumer, 14 delivers in order, once, 15
	//   bounds what it buffers.
	//
	// ── Files, and what to do next ──────────────────────────────
	// report: report.json
	//   stress report -format markdown report.json
	// exit code 2
}
