package suite

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/watertight-go/watertight/internal/child"
)

// defaultConfirm is Options.Confirm where it is zero.
const defaultConfirm = 15 * time.Second

// confirm runs each accused test again, alone in a process, with more time for its
// goroutines to end. What is proven needs no second run.
func (r *run) confirm(ctx context.Context) {
	settle := cmp.Or(r.Confirm, defaultConfirm)
	if settle < 0 || r.Defect {
		return
	}
	for _, p := range r.processes {
		f := r.found.byDir[p.Dir]
		if f == nil {
			continue
		}
		for _, t := range f.blamed() {
			if old, ok := r.Confirmed[TestName{f.Path, t.Name}]; ok {
				t.Again, t.Alone = old.Again, old.Alone
			}
			if !t.Again && ctx.Err() == nil && !allProven(t) {
				r.alone(ctx, p, t, settle)
			}
		}
	}
}

// alone runs a test again, alone.
func (r *run) alone(ctx context.Context, p process, t *Test, settle time.Duration) {
	file := filepath.Join(r.dir, "alone"+recordsSuffix)
	defer os.Remove(file)
	c := hookConfig{Records: file, Parent: os.Getpid(), Settle: settle}
	result, err := child.Run(ctx, child.Spec{
		Program: p.Program, Dir: p.Dir, Env: append(p.Env, c.env()), Deadline: 10*settle + time.Minute,
		Args: append(keptFlags(p.Args), "-test.run=^"+regexp.QuoteMeta(t.Name)+"$"),
	})
	if err != nil {
		return
	}
	r.cpu += result.State.UserTime() + result.State.SystemTime()
	records, err := readRecords(file)
	if err != nil {
		return
	}
	for _, record := range records {
		switch {
		case record.Test != t.Name:
		case record.Event == eventLeaked:
			t.Alone = record.Report
		case record.Event == eventEnded:
			t.Again = true
		}
	}
}

// keptFlags are the flags of the first run without those that say what runs.
func keptFlags(args []string) (kept []string) {
	for _, a := range args {
		name, _, _ := strings.Cut(a, "=")
		switch name {
		case "-test.run", "-test.count", "-test.v", "-test.fullpath", "-test.coverprofile", "-test.gocoverdir", "-test.testlogfile":
		default:
			kept = append(kept, a)
		}
	}
	return kept
}
