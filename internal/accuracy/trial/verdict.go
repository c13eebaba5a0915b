package trial

import (
	"fmt"
	"runtime/pprof"
	"strings"

	"github.com/watertight-go/watertight/internal/accuracy/taxonomy"
)

// Verdict says whether an answer is right.
type Verdict string

const (
	Right     Verdict = "right"
	Wrong     Verdict = "wrong"
	NotJudged Verdict = "not judged"
)

// Verdict judges the answer of one checker, and says why it is wrong or not
// judged. An answer is also wrong where the checker gave none, could not tell,
// or found a leak for a wrong reason.
func (o Outcome) Verdict(c Checker) (v Verdict, why string) {
	a, ok := o.By[c]
	switch {
	case !ok:
		return NotJudged, ""
	case o.Case.NeedsProof && !c.IsGoleak() && !HasProof():
		return NotJudged, "this Go has no leak profile"
	case a.Trouble != "":
		return Wrong, a.Trouble
	case a.Unknown:
		return Wrong, "could not tell: " + a.Text
	case a.Accused && o.Case.Kind == taxonomy.Innocent:
		return Wrong, "an innocent was accused: " + a.Text
	case !a.Accused && o.Case.Kind == taxonomy.Leak:
		return Wrong, "a leak was missed"
	case c.IsGoleak() && o.Case.Rounds:
		// goleak does not look for what only rounds show: any report counts.
	case a.Accused && !strings.Contains(a.Text, o.Case.Want):
		return Wrong, fmt.Sprintf("found for a wrong reason: want %q in %s", o.Case.Want, a.Text)
	}
	return Right, ""
}

// HasProof reports whether this Go has the leak profile.
func HasProof() bool { return pprof.Lookup("goroutineleak") != nil }
