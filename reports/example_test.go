package reports_test

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/watertight-go/watertight/reports"
)

// A report is stored once and rendered as often as somebody likes.
func Example() {
	dir, err := os.MkdirTemp("", "report")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "report.json")
	r := &reports.Report{Schema: reports.Schema, After: "mine", Executors: []reports.Named{{Name: "mine"}}}
	if err := reports.Save(r, path); err != nil {
		fmt.Println(err)
		return
	}
	r, err = reports.Load(path)
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := reports.Terminal(os.Stdout, r, reports.TerminalOptions{Width: 60}); err != nil {
		fmt.Println(err)
	}
	fmt.Println("exit code", reports.ExitCode(r))
}
