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

// trial is something that the gate is put to, n times.
type trial struct {
	name string
	// plant is the defect, empty for none; row ends the name of the row that
	// must be worse, so that a defect is not caught by luck.
	plant, row string
	// measure is what the gate measures; empty: as make check's gate, against
	// the committed baseline.
	measure string
	// busy puts neighbours on all processors.
	busy bool
	n    int
	// falls says how the counts fall short of wants; empty where they do not.
	falls func(counts) string
	wants string
}

// counts are what became of a trial's gates. caught is exit 1 with the row named,
// unsure is exit 0 with a row that is unsure, trouble is anything else.
type counts struct {
	caught, unsure, passed, trouble int
	notes                           []string
}

func trials(n int) []trial {
	few := max(1, n/5)
	slow := n - 2*n/25
	caught := func(least int) func(counts) string {
		return func(c counts) string {
			if c.caught < least {
				return fmt.Sprintf("caught %d, want %d", c.caught, least)
			}
			return ""
		}
	}
	quietly := func(c counts) string {
		if c.caught+c.trouble > 0 {
			return fmt.Sprintf("%d false alarms, want none", c.caught+c.trouble)
		}
		return ""
	}
	honestly := func(c counts) string {
		if c.passed+c.trouble > 0 {
			return fmt.Sprintf("%d passed, want none", c.passed+c.trouble)
		}
		return ""
	}
	all := func(n int) string { return fmt.Sprintf("caught: %d", n) }
	return []trial{
		{name: "same code", measure: "costs,times", n: n, falls: quietly, wants: "no false alarm"},
		{name: "slow +25 %", plant: "slow", row: "/time", measure: "costs,times", n: n, falls: caught(slow), wants: all(slow)},
		{name: "goroutine leak", plant: "goroutine", row: "/goroutines", measure: "costs", n: n, falls: caught(n), wants: all(n)},
		{name: "descriptor leak", plant: "descriptor", row: "/descriptors", measure: "costs", n: n, falls: caught(n), wants: all(n)},
		{name: "memory leak", plant: "memory", row: "/retained-bytes", measure: "costs", n: n, falls: caught(n), wants: all(n)},
		{name: "busy, same code", busy: true, measure: "costs,times", n: n, falls: quietly, wants: "no false alarm"},
		{name: "busy, slow +25 %", plant: "slow", row: "/time", busy: true, measure: "costs,times", n: n, falls: honestly, wants: "none passed"},
		{name: "check: as it is", n: few, falls: quietly, wants: "no false alarm"},
		{name: "check: leaks", plant: "goroutine", row: "/goroutines", n: few, falls: caught(few), wants: all(few)},
		{name: "check: partial", plant: "partial", row: "/clause-3", n: few, falls: caught(few), wants: all(few)},
		{name: "check: twice slow", plant: "twice-as-slow", row: "/time", n: few, falls: caught(few), wants: all(few)},
	}
}

// bench is where the trials are made.
type bench struct {
	folder, committed string
	baselines         int
	// last is the baseline that the next gate is held against.
	last string
}

// run makes one trial, and says how long it took.
func (b *bench) run(t trial) (counts, time.Duration) {
	began := time.Now()
	var c counts
	if t.measure != "" && b.last == "" {
		// Measured without neighbours, as a committed one should be.
		b.last = b.next()
		if out, code := b.stress("", "baseline", "-measure", "costs,times", "-o", b.last); code != 0 {
			c.trouble, c.notes = t.n, []string{tail(out)}
			return c, time.Since(began)
		}
	}
	if t.busy {
		stop := neighbours()
		defer stop()
	}
	for range t.n {
		out, code := b.gate(t)
		c.add(t, out, code)
	}
	return c, time.Since(began)
}

// gate is one gate of the trial. Where nothing is planted, the next one is held
// against the run of this one: each comparison is of two new runs.
func (b *bench) gate(t trial) (string, int) {
	if t.measure == "" {
		return b.stress(t.plant, "gate", "-baseline", b.committed, "-threshold", "50%")
	}
	args := []string{"gate", "-baseline", b.last, "-measure", t.measure}
	if t.plant != "" || t.busy {
		return b.stress(t.plant, args...)
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

func (b *bench) next() string {
	b.baselines++
	return filepath.Join(b.folder, fmt.Sprintf("baseline-%d.json", b.baselines))
}

// stress runs this program as the command, with a plant.
func (b *bench) stress(plant string, args ...string) (string, int) {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), plantEnv+"="+plant)
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		return err.Error(), -1
	}
	return string(out), cmd.ProcessState.ExitCode()
}

// add counts one gate by its exit code and the rows that it named.
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

// named are the rows of the output with this sign.
func named(out, sign string) []string {
	var rows []string
	for line := range strings.Lines(out) {
		if rest, found := strings.CutPrefix(line, sign+" "); found {
			rows = append(rows, strings.Join(strings.Fields(rest), " "))
		}
	}
	return rows
}

func rowsOf(out, row string) []string {
	var rows []string
	for line := range strings.Lines(out) {
		if strings.Contains(line, row+" ") {
			rows = append(rows, strings.Join(strings.Fields(line), " "))
		}
	}
	return rows
}

// contains says that a row's name ends in row.
func contains(rows []string, row string) bool {
	for _, r := range rows {
		if name, _, _ := strings.Cut(r, " "); strings.HasSuffix(name, row) {
			return true
		}
	}
	return false
}

func tail(out string) string {
	const most = 400
	out = strings.TrimSpace(out)
	return strings.ReplaceAll(out[max(0, len(out)-most):], "\n", " / ")
}

// neighbours keeps every processor busy until stop is called.
func neighbours() (stop func()) {
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

// burn computes and allocates until the parent is gone.
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
