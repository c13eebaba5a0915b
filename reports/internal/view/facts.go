package view

import (
	"fmt"
	"strings"
	"time"

	"github.com/watertight-go/watertight/internal/format"
	"github.com/watertight-go/watertight/internal/plaintext"
	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/reports"
)

// facts are what was run, where and when.
func facts(x *Index) []string {
	all := []string{runText(x)}
	if text := shards(x.Report); text != "" {
		all = append(all, text)
	}
	if text := machine(x.Report); text != "" {
		all = append(all, text)
	}
	return all
}

// runText is what was run, and when.
func runText(x *Index) string {
	r := x.Report
	text := fmt.Sprintf("%s x %s, %s", plural.Count(len(x.Scenarios), "scenario"), plural.Count(len(x.Executors), "executor"), plural.Count(len(r.Cells), "cell"))
	if r.Elapsed > 0 {
		text += ", in " + format.Duration(time.Duration(r.Elapsed))
	}
	if !r.Created.IsZero() {
		text += ", " + r.Created.UTC().Format("2006-01-02 15:04 MST")
	}
	return text
}

// machine is where it was run; empty where unknown.
func machine(r *reports.Report) string {
	e := r.Environment
	var parts []string
	for _, s := range []string{r.Tool, e.Go, strings.Trim(e.OS+"/"+e.Arch, "/"), e.CPU} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if e.Cores > 0 {
		parts = append(parts, plural.Count(e.Cores, "core"))
	}
	if e.Commit != "" && !strings.Contains(r.Tool, e.Commit) {
		parts = append(parts, "commit "+e.Commit)
	}
	return strings.Join(parts, ", ")
}

// shards says which parts the report has of a run that was split; empty for a
// run that was not.
func shards(r *reports.Report) string {
	switch n := len(r.Shards); n {
	case 0:
		return ""
	case 1:
		return "shard " + plaintext.Name(r.Shards[0].Name) + " only"
	default:
		return fmt.Sprintf("joined from %d shards", n)
	}
}
