package suite

import (
	"cmp"
	"context"
	"os"
	"regexp"
	"time"

	"github.com/watertight-go/watertight/suite/internal/launch"
)

// defaultConfirm is Options.Confirm where it is zero.
const defaultConfirm = 15 * time.Second

// confirm runs each accused test again, alone in a process, with more time for its
// goroutines to end. What is proven needs no second run.
func (r *run) confirm(ctx context.Context) {
	for _, f := range r.found.sorted() {
		r.confirmAll(ctx, f, f.binary)
	}
}

// confirmAll confirms those of one package.
func (r *run) confirmAll(ctx context.Context, f *found, b *launch.Binary) {
	settle := cmp.Or(r.Confirm, defaultConfirm)
	if settle < 0 || r.Defect || b == nil {
		return
	}
	for _, t := range f.blamed() {
		if old, ok := r.Confirmed[TestName{f.Path, t.Name}]; ok {
			t.Again, t.Alone = old.Again, old.Alone
		}
		if !t.Again && ctx.Err() == nil && !allProven(t) {
			r.confirmOne(ctx, b, t, settle)
		}
	}
}

// confirmOne runs an accused test again, alone.
func (r *run) confirmOne(ctx context.Context, b *launch.Binary, t *Test, settle time.Duration) {
	for _, record := range r.alone(ctx, b, t.Name, settle) {
		switch {
		case record.Test != t.Name:
		case record.Event == eventLeaked:
			t.Alone = record.Report
		case record.Event == eventEnded:
			t.Again = true
		}
	}
}

// alone runs a test under a check, alone in a process.
func (r *run) alone(ctx context.Context, b *launch.Binary, test string, settle time.Duration) []record {
	return r.again(ctx, b, only(test), settle)
}

// again runs some tests under a check.
func (r *run) again(ctx context.Context, b *launch.Binary, only string, settle time.Duration) []record {
	file := r.recordsAlone()
	defer os.Remove(file)
	hook := &launch.Hook{Records: file, Settle: settle, Timeout: r.timeout()}
	result, err := b.Again(ctx, launch.Again{Temp: r.dir, Flags: []string{only}, Hook: hook, Deadline: r.aloneDeadline(settle)})
	if err != nil {
		return nil
	}
	r.cpu += result.State.UserTime() + result.State.SystemTime()
	records, _ := readRecords(file)
	return records
}

// only is the flag that selects one test.
func only(test string) string { return "-test.run=^" + regexp.QuoteMeta(PlainName(test)) + "$" }

// aloneDeadline bounds a run of one test: a test that ended once may hang now.
func (r *run) aloneDeadline(settle time.Duration) time.Duration {
	return 10*settle + time.Minute
}
