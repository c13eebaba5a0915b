package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// bench runs trials.
type bench struct {
	// folder holds new baselines, committed is the committed one.
	folder, committed string
	// baselines is how many were made.
	baselines int
	// pairs is how many pairs of outputs were made.
	pairs int
	// last is the baseline that the next run is compared with.
	last string
}

// run runs one trial, and returns how long it took.
func (b *bench) run(t trial) (counts, time.Duration) {
	began := time.Now()
	var c counts
	if t.measure != "" && b.last == "" {
		// Measured on quiet processors, as a committed baseline should be.
		b.last = b.next()
		if out, code := b.stress("", "baseline", "-measure", "costs,times", "-o", b.last); code != 0 {
			c.trouble, c.notes = t.n, []string{tail(out)}
			return c, time.Since(began)
		}
	}
	if t.busy {
		stop := keepBusy()
		defer stop()
	}
	for range t.n {
		out, code := b.gate(t)
		c.add(t, out, code)
	}
	return c, time.Since(began)
}

// gate runs the gate once. Where there is no defect, the next run is compared with
// this one, so that each comparison is of two new runs.
func (b *bench) gate(t trial) (string, int) {
	if t.outputs != nil {
		return t.outputs.compare(b)
	}
	if t.measure == "" {
		return b.stress(t.defect, "gate", "-baseline", b.committed, "-threshold", "50%")
	}
	args := []string{"gate", "-baseline", b.last, "-measure", t.measure}
	if t.defect != "" || t.busy {
		return b.stress(t.defect, args...)
	}
	report := filepath.Join(b.folder, "report.json")
	out, code := b.stress("", append(args, "-o", report)...)
	next := b.next()
	if more, failed := b.stress("", "baseline", "-o", next, report); failed != 0 {
		return more, failed
	}
	b.last = next
	return out, code
}

// next is the file of the next baseline.
func (b *bench) next() string {
	b.baselines++
	return filepath.Join(b.folder, fmt.Sprintf("baseline-%d.json", b.baselines))
}

// stress runs this program as the command stress, with a defect.
func (b *bench) stress(defect string, args ...string) (string, int) {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), defectEnv+"="+defect)
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		return err.Error(), -1
	}
	return string(out), cmd.ProcessState.ExitCode()
}

// add counts one run of the gate, by its exit code and the rows that it named.
func (c *counts) add(t trial, out string, code int) {
	worse := named(out, "✗")
	switch {
	case code == 1 && t.row == "":
		c.caught++
		c.notes = append(c.notes, "alarm: "+strings.Join(worse, " | "))
	case code == 1 && contains(worse, t.row):
		c.caught++
	case code == 0 && len(named(out, "?")) > 0:
		c.unsure++
	case code == 0:
		c.passed++
		if t.row != "" {
			c.notes = append(c.notes, "passed: "+strings.Join(rowsOf(out, t.row), " | "))
		}
	default:
		c.trouble++
		c.notes = append(c.notes, fmt.Sprintf("exit %d: %s", code, tail(out)))
	}
}

// named are the rows of the output that have this sign.
func named(out, sign string) []string {
	var rows []string
	for line := range strings.Lines(out) {
		if rest, found := strings.CutPrefix(line, sign+" "); found && rest != "" {
			rows = append(rows, strings.Join(strings.Fields(rest), " "))
		}
	}
	return rows
}

// rowsOf are the lines of the output about a row.
func rowsOf(out, row string) []string {
	var rows []string
	for line := range strings.Lines(out) {
		if strings.Contains(line, row+" ") {
			rows = append(rows, strings.Join(strings.Fields(line), " "))
		}
	}
	return rows
}

// contains reports whether the name of one of the rows ends in row. Rows of go test -bench
// have the unit behind the name.
func contains(rows []string, row string) bool {
	for _, r := range rows {
		fields := strings.Fields(r)
		if strings.HasSuffix(fields[0], row) || len(fields) > 1 && strings.HasSuffix(fields[1], row) {
			return true
		}
	}
	return false
}

// tail is the end of an output, on one line.
func tail(out string) string {
	const most = 400
	out = strings.TrimSpace(out)
	return strings.ReplaceAll(out[max(0, len(out)-most):], "\n", " / ")
}

// keepBusy keeps every processor busy until stop is called.
func keepBusy() (stop func()) {
	var all []*exec.Cmd
	for range runtime.NumCPU() {
		cmd := exec.Command(os.Args[0], burnMode)
		stdin, err := cmd.StdinPipe()
		if err != nil || cmd.Start() != nil {
			continue
		}
		_ = stdin // open until the process is killed, or this one is
		all = append(all, cmd)
	}
	return func() {
		for _, cmd := range all {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
	}
}

// burn computes and allocates until the parent ends.
func burn() {
	go func() {
		_, _ = os.Stdin.Read(make([]byte, 1))
		os.Exit(0)
	}()
	var keep []byte
	for i := 0; ; i++ {
		keep = make([]byte, 1<<16)
		for j := range keep {
			keep[j] = byte(i + j)
		}
	}
}
