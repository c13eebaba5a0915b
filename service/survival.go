package service

import (
	"fmt"

	"github.com/watertight-go/watertight/service/load"
)

// survival says whether the service lived and answered its ready check.
func survival(j judged) Value {
	bad := ""
	for _, h := range j.Health {
		if h.Trouble == "" {
			bad = ""
			break
		}
		bad = h.Trouble
	}
	switch {
	case j.Died != "":
		return Value{Text: "no: it ended", Grade: Failing}
	case bad != "":
		return Value{Text: "no: no answer", Grade: Failing}
	case len(j.Health) == 0:
		return Value{Text: "?", Grade: Unclear}
	}
	return Value{Text: "yes", Number: 1, Grade: InOrder}
}

// ending says whether the service ended when it was asked to, with all that it had started.
func ending(j judged) Value {
	if j.Ending != "" && j.whole {
		return Value{Text: "no: " + j.Ending, Grade: Failing}
	}
	return Value{Text: "yes", Number: 1, Grade: InOrder}
}

// nearlyAll is the part of the descriptors that a service may have that counts as all: from
// there on it fails, and leaves no more, because it gets no more.
const nearlyAll = 0.9

// exhausted marks the descriptors of a service that has nearly all of its limit open after
// the last round. Then each round leaves less than the one before, as a pool does.
func (j *judged) exhausted(limit, rounds int) {
	for stage, g := range j.descriptors {
		c, ok := j.census(stage, rounds)
		if ok && limit > 0 && g.rounds != nil && float64(c.Descriptors) >= nearlyAll*float64(limit*max(c.Processes, 1)) {
			g.used, g.asked = float64(c.Descriptors), float64(j.Warm.Sent+j.sent())
			j.descriptors[stage] = g
		}
	}
}

// descriptorHints are sentences about a service that had nearly all descriptors open.
func (j judged) descriptorHints(limit int) []string {
	if g := j.descriptors[Released]; g.used > 0 {
		return []string{fmt.Sprintf("%s: after the last round %.0f of at most %d descriptors were open, so its later requests may have failed and left less. Try fewer requests (-rate, -for).", j.Name, g.used, limit)}
	}
	for _, x := range j.Samples {
		if limit > 0 && float64(x.Descriptors) >= nearlyAll*float64(limit) {
			return []string{fmt.Sprintf("%s: at the peak %d of at most %d descriptors were open.", j.Name, x.Descriptors, limit)}
		}
	}
	return nil
}

// recoveryHint says that a service no longer answers as it did, soon after the faults. That
// is no verdict: a circuit breaker may be open for some seconds.
func (j judged) recoveryHint() string {
	first, last := sharesOf([]load.Result{j.Warm}, good), sharesOf(lastOf(j.Recoveries), good)
	if len(first) == 0 || len(last) == 0 || first[0] < enoughAnswers || last[0] >= first[0]/2 {
		return ""
	}
	return fmt.Sprintf("%s: soon after the faults %.0f %% of the answers were good, and %.0f %% before them. Is a circuit breaker open, or does it not recover?", j.Name, 100*last[0], 100*first[0])
}
