package view

import (
	"fmt"
	"strings"
	"time"

	"github.com/watertight-go/watertight/internal/format"
	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/reports"
	"github.com/watertight-go/watertight/reports/internal/plaintext"
)

// facts are where and when the run was made.
func facts(x *Index) []string {
	r, e := x.Report, x.Report.Environment
	run := fmt.Sprintf("%s x %s, %s", plural.Count(len(x.Rows), "scenario"), plural.Count(len(x.Executors), "executor"), plural.Count(len(r.Cells), "cell"))
	if r.Elapsed > 0 {
		run += ", in " + format.Duration(time.Duration(r.Elapsed))
	}
	if !r.Created.IsZero() {
		run += ", " + r.Created.UTC().Format("2006-01-02 15:04 MST")
	}
	var place []string
	for _, s := range []string{r.Tool, e.Go, strings.Trim(e.OS+"/"+e.Arch, "/"), e.CPU} {
		if s != "" {
			place = append(place, s)
		}
	}
	if e.Cores > 0 {
		place = append(place, fmt.Sprintf("%d cores", e.Cores))
	}
	if e.Commit != "" && !strings.Contains(r.Tool, e.Commit) {
		place = append(place, "commit "+e.Commit)
	}
	all := []string{run}
	if text := shards(r); text != "" {
		all = append(all, text)
	}
	if len(place) > 0 {
		all = append(all, strings.Join(place, ", "))
	}
	return all
}

// shards says that the run was split, and into what.
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
