package suite

import (
	"cmp"
	"context"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/watertight-go/watertight/suite/internal/engine"
	"github.com/watertight-go/watertight/suite/internal/launch"
)

// Bounds of the second runs of tests that failed or did not end.
const (
	mostAgain = 20              // tests of a package
	oneAgain  = 2 * time.Minute // for one test
	allAgain  = 5 * time.Minute // for all tests
)

// retry runs each test that failed or did not end again, alone and without a check. Where
// it passes so, the check may have been the reason. The tests that did not run since it
// ended the process run then.
func (r *run) retry(ctx context.Context) {
	if r.Confirm < 0 || r.Defect || r.Plain {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, allAgain)
	defer cancel()
	for _, f := range r.found.sorted() {
		if f.binary == nil || !exists(f.binary.Program) {
			continue
		}
		for i, t := range f.unsuccessful() {
			if i < mostAgain && ctx.Err() == nil {
				r.retryOne(ctx, f, t)
			}
		}
		if f.statements != nil && f.count(NotRun) > 0 {
			r.runRest(ctx, f)
		}
	}
}

// runRest runs the tests that did not run, with the check as their first statement.
func (r *run) runRest(ctx context.Context, f *found) {
	var names []string
	for name, t := range f.tests {
		if t.Outcome == NotRun {
			names = append(names, regexp.QuoteMeta(PlainName(name)))
			delete(f.tests, name)
		}
	}
	slices.Sort(names)
	before := f.tests
	f.tests, f.Error = map[string]*Test{}, ""
	for _, record := range r.again(ctx, f.statements, "-test.run=^("+strings.Join(names, "|")+")$", r.Settle) {
		f.record(record)
	}
	f.missing(selection{run: []*regexp.Regexp{regexp.MustCompile("^(" + strings.Join(names, "|") + ")$")}})
	for name, t := range f.tests {
		t.Statement = t.Checked
		if before[name] == nil {
			before[name] = t
		}
	}
	f.tests = before
	f.Error = f.trouble()
	r.confirmAll(ctx, f, f.statements)
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

// retryOne runs a test plain. Where it passes so, it runs under the check again, alone,
// and where it fails then as well, with the check as its first statement.
func (r *run) retryOne(ctx context.Context, f *found, t *Test) {
	if t.Plain = r.plain(ctx, f.binary, t.Name); t.Plain != Passed {
		return
	}
	for _, record := range r.alone(ctx, f.binary, t.Name, r.Settle) {
		if record.Event == eventEnded && record.Test == t.Name && record.Outcome != Failed {
			return // it fails beside other tests, or by chance
		}
	}
	if b := r.withStatements(ctx, f); b != nil && r.byStatement(ctx, b, t) {
		return
	}
	t.Checked, t.Outcome, t.Error = false, t.Plain, "it fails under the check, and passes without it"
	t.Left, t.Alone, t.Again = nil, nil, false
}

// plain runs a test without a check, alone. A test that skips itself passes.
func (r *run) plain(ctx context.Context, b *launch.Binary, test string) Outcome {
	result, err := b.Again(ctx, launch.Again{Temp: r.dir, Flags: []string{only(test)}, Deadline: min(cmp.Or(r.timeout(), oneAgain), oneAgain)})
	switch {
	case err != nil || ctx.Err() != nil:
		return ""
	case result.State.Success():
		return Passed
	case result.State.Exited():
		return Failed
	}
	return NotEnded
}

// byStatement runs a test that checks itself, and takes over what that shows. It returns
// false where the test fails then too.
func (r *run) byStatement(ctx context.Context, b *launch.Binary, t *Test) bool {
	checked := Test{Name: t.Name, Plain: t.Plain, Statement: true}
	for _, record := range r.alone(ctx, b, t.Name, cmp.Or(r.Confirm, defaultConfirm)) {
		switch {
		case record.Test != t.Name:
		case record.Event == eventLeaked:
			checked.Left, checked.Alone = record.Report, record.Report
		case record.Event == eventEnded:
			checked.Outcome, checked.Checked, checked.Again = record.Outcome, true, true
		}
	}
	if !checked.Checked || checked.Outcome == Failed {
		return false
	}
	*t = checked
	return true
}

// withStatements builds the test binary of a package whose tests check themselves; nil
// where that cannot be built.
func (r *run) withStatements(ctx context.Context, f *found) *launch.Binary {
	if f.statements != nil || f.noStatements {
		return f.statements
	}
	f.noStatements = true
	dir, err := os.MkdirTemp(r.dir, "statements-")
	if err != nil {
		return nil
	}
	overlay, err := engine.Overlay(engine.Options{Dir: dir, Users: r.usersOverlay(), Statements: true, Rounds: r.Growth != nil}, []engine.Package{f.source})
	if err != nil {
		return nil
	}
	flags, err := r.checkedFlags(ctx)
	if err != nil {
		return nil
	}
	b := *f.binary
	b.Program = filepath.Join(dir, "statements.test")
	args := append([]string{"test", "-c", "-vet=off", "-overlay=" + overlay, "-o=" + b.Program}, flags...)
	g := launch.GoTest{Dir: r.Dir, Env: r.Env, Temp: r.dir, Args: append(args, f.Path), Stdout: io.Discard, Stderr: io.Discard}
	state, err := g.Run(ctx)
	if state != nil {
		r.cpu += state.UserTime() + state.SystemTime()
	}
	if err != nil || !exists(b.Program) {
		return nil
	}
	f.statements = &b
	return f.statements
}

// Bounds of the search for the subtests that leave something.
const (
	mostNamed     = 20               // subtests of a test that run again
	namingTime    = 20 * time.Second // for one test
	namingSettles = time.Second      // that the test leaks is known
)

// nameSubtests runs the subtests of each test that leaks again, each alone, to say which
// of them it was.
func (r *run) nameSubtests(ctx context.Context) {
	if r.Confirm < 0 || r.Defect {
		return
	}
	for _, f := range r.found.sorted() {
		b := f.binary
		for _, t := range f.blamed() {
			if t.Leaks() && !t.Statement && b != nil && exists(b.Program) {
				t.Subtests = r.leaking(ctx, b, t.Name, f.subtests[PlainName(t.Name)])
			}
		}
	}
}

// leaking are those subtests of a test that leave something when they run alone.
func (r *run) leaking(ctx context.Context, b *launch.Binary, test string, subtests []string) (some []string) {
	ctx, cancel := context.WithTimeout(ctx, namingTime)
	defer cancel()
	for _, sub := range subtests {
		if ctx.Err() != nil {
			break
		}
		for _, record := range r.again(ctx, b, only(test)+"/^"+regexp.QuoteMeta(sub)+"$", min(cmp.Or(r.Settle, namingSettles), namingSettles)) {
			if record.Event == eventLeaked && record.Test == test {
				some = append(some, sub)
			}
		}
	}
	return some
}

// isDirect reports whether a subtest is one of the test itself, not of a subtest.
func isDirect(sub string) bool { return !strings.Contains(sub, "/") }
