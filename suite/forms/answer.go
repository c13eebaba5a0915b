package forms

import (
	"fmt"
	"strings"

	"github.com/watertight-go/watertight/internal/format"
	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/suite"
)

// answer is the result in one sentence.
func (v view) answer() string {
	c := counts(v.result)
	of := fmt.Sprintf("%s in %s", plural.Count(c.Checked, "test"), plural.Count(c.Packages, "package"))
	switch {
	case v.compared:
		return v.verdicts() + ". " + of + " checked."
	case len(v.sites) == 0 && c.Checked == 0:
		return "Nothing was checked."
	case len(v.sites) == 0 && len(v.result.Growth) > 0:
		return "A single run leaves nothing behind: " + of + " checked."
	case len(v.sites) == 0:
		return "Nothing is left behind: " + of + " checked."
	case c.Leaking == 0:
		return fmt.Sprintf("Something is left behind at %s, by no single test: %s checked.", plural.Count(len(v.sites), "place"), of)
	}
	return fmt.Sprintf("Something is left behind by %d of %s, at %s.", c.Leaking, of, plural.Count(len(v.sites), "place"))
}

// verdicts says how many places have which verdict, as in "Something new is left behind: 1 NEW, 1 FIXED".
func (v view) verdicts() string {
	of := map[suite.Verdict]int{}
	for _, s := range v.sites {
		of[s.Verdict]++
	}
	var parts []string
	for _, k := range suite.Verdicts {
		if of[k] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", of[k], words[k]))
		}
	}
	switch {
	case len(parts) == 0:
		return "Nothing is left behind, before or after"
	case of[suite.New]+of[suite.Found]+of[suite.Expired] == 0:
		return "Nothing new is left behind: " + strings.Join(parts, ", ")
	}
	return "Something new is left behind: " + strings.Join(parts, ", ")
}

// counts are those of the later version. Where its tests ran several times, the first
// run counts.
func counts(r suite.Result) suite.Counts {
	if len(r.After.Runs) == 0 {
		return suite.Counts{}
	}
	return r.After.Runs[0].Counts()
}

// sides says what was compared; empty for one version.
func sides(r suite.Result) string {
	if r.Before == nil {
		return ""
	}
	text := fmt.Sprintf("Before: %s. After: %s.", side(*r.Before), side(r.After))
	if n := len(r.After.Runs); n > 1 {
		text += fmt.Sprintf(" Each version ran %d times.", n)
	}
	return text
}

// side names a version.
func side(s suite.Side) string {
	name, resolved := s.Name, s.Resolved
	if len(resolved) == 40 && strings.Trim(resolved, "0123456789abcdef") == "" {
		resolved = resolved[:12] // a commit
	}
	switch {
	case name == "":
		return "the working tree"
	case resolved == "" || resolved == name:
		return name
	}
	return fmt.Sprintf("%s (%s)", name, resolved)
}

// notes are sentences about what is neither a leak nor in the way of finding any.
func notes(r suite.Result) (all []string) {
	all = append(all, failedNotes(r)...)
	for i, o := range r.After.Runs {
		for _, t := range o.Unconfirmed() {
			if i == 0 {
				all = append(all, fmt.Sprintf("%s (%s) left something once, and nothing when it ran again, alone: not blamed.", t.Test, t.Package))
			}
		}
	}
	if r.Unchanged > 0 {
		all = append(all, fmt.Sprintf("%s with tests did not run: nothing that their tests are built of differs.", plural.Count(r.Unchanged, "package")))
	}
	all = append(all, r.Warnings...)
	if r.Setup.Shard != "" {
		all = append(all, fmt.Sprintf("This is shard %s of a run: stress merge joins them.", r.Setup.Shard))
	}
	if r.ReportOnly {
		all = append(all, reportOnly(r))
	}
	return all
}

// failedNotes say of the tests that failed how they end without the check.
func failedNotes(r suite.Result) (all []string) {
	if len(r.After.Runs) == 0 {
		return nil
	}
	n := map[suite.Outcome]int{}
	for _, p := range r.After.Runs[0].Packages {
		for _, t := range p.Tests {
			if t.Outcome == suite.Failed {
				n[t.Plain]++
			}
		}
	}
	for _, of := range []struct {
		plain suite.Outcome
		says  string
	}{
		{suite.Failed, "failed, without the check as well"},
		{suite.NotEnded, "failed, and did not end without the check"},
		{suite.Passed, "failed, and passed when run again, alone"},
		{"", "failed, and did not run again without the check"},
	} {
		if n[of.plain] > 0 {
			all = append(all, plural.Count(n[of.plain], "test")+" "+of.says+".")
		}
	}
	return all
}

// reportOnly says what the flag of that name does.
func reportOnly(r suite.Result) string {
	if failing(r) == 0 {
		return "Report only: leaks would not change the exit code."
	}
	return fmt.Sprintf("Report only: the exit code would be 1 for %s without -report-only.", plural.Count(failing(r), "leak"))
}

// failing is how many places, and tests that grow, fail the run.
func failing(r suite.Result) int {
	n := len(r.Failing())
	for _, g := range r.Growth {
		if g.Verdict.Fails() {
			n++
		}
	}
	return n
}

// again is the command that runs the first test of a site alone; empty where no test
// shows it.
func (v view) again() string {
	for _, s := range v.sites {
		if len(s.Tests) == 0 || s.Verdict == suite.Fixed {
			continue
		}
		words := []string{"stress", "test"}
		for _, f := range v.result.Setup.Flags {
			name, _, _ := strings.Cut(f, "=")
			if name != "-run" && name != "-skip" && name != "-count" {
				words = append(words, dashed(f))
			}
		}
		return strings.Join(append(words, "-run", format.Shell(s.Tests[0].Pattern()), format.Shell(s.Tests[0].Package)), " ")
	}
	return ""
}

// dashed is a flag for a shell.
func dashed(flag string) string {
	name, value, joined := strings.Cut(flag, "=")
	if !joined || value == "true" {
		return name
	}
	return name + "=" + format.Shell(value)
}
