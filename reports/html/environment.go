package html

import (
	"fmt"
	"strings"
	"time"

	"github.com/watertight-go/watertight/internal/format"
	"github.com/watertight-go/watertight/internal/plaintext"
	"github.com/watertight-go/watertight/reports"
)

// environmentOf describes where and when the run was made, as names and values.
// Empty values are left out.
func environmentOf(r *reports.Report) (all [][2]string) {
	e := r.Environment
	for _, x := range [][2]string{
		{"tool", r.Tool}, {"Go", e.Go}, {"system", strings.Trim(e.OS+"/"+e.Arch, "/")}, {"processor", e.CPU},
		{"cores", coresText(e)}, {"memory", memoryText(e)}, {"commit", e.Commit}, {"arguments", argsText(e)},
		{"begun", createdText(r)}, {"took", elapsedText(r)}, {"race detector", e.Race}, {"proof of leaks", e.Proof},
	} {
		if x[1] != "" {
			all = append(all, [2]string{x[0], said(x[1])})
		}
	}
	return all
}

func coresText(e reports.Environment) string {
	if e.Cores <= 0 {
		return ""
	}
	return fmt.Sprintf("%d, GOMAXPROCS %d", e.Cores, e.GOMAXPROCS)
}

func memoryText(e reports.Environment) string {
	if e.MemoryMiB <= 0 {
		return ""
	}
	return format.Size(float64(e.MemoryMiB) * (1 << 20))
}

// argsText is the command's first arguments, quoted for a shell.
func argsText(e reports.Environment) string {
	const most = 50
	var args []string
	for _, a := range e.Args[:min(len(e.Args), most)] {
		args = append(args, format.Shell(plaintext.Limit(a, plaintext.MostCell)))
	}
	return strings.Join(args, " ")
}

func createdText(r *reports.Report) string {
	if r.Created.IsZero() {
		return ""
	}
	return r.Created.UTC().Format("2006-01-02 15:04:05 MST")
}

func elapsedText(r *reports.Report) string {
	if r.Elapsed <= 0 {
		return ""
	}
	return format.Duration(time.Duration(r.Elapsed))
}
