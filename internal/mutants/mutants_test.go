package mutants

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/executor"
)

// observation puts an executor through something and says what came out.
type observation func(t *testing.T, create maker) string

// once is what comes out of one call.
func once(s script) observation {
	return func(t *testing.T, create maker) string { return s.on(s.in(t, create)) }
}

// inTurn is what comes out of two calls of one executor, one after the other.
func inTurn(first, second script) observation {
	return func(t *testing.T, create maker) string {
		e := first.in(t, create)
		return first.on(e) + " | " + second.on(e)
	}
}

// together is what comes out of two calls of one executor at the same time.
func together(first, second script) observation {
	return func(t *testing.T, create maker) string {
		e := first.in(t, create)
		came := make(chan string)
		go func() { came <- second.on(e) }()
		text := first.on(e)
		return text + " | " + <-came
	}
}

// shown is a defect that an observation shows.
type shown struct {
	mutant string
	by     observation
	// correct and wrong are what comes out of the correct executor and of the mutant. A
	// mutant by chance may have other wrong outcomes.
	correct, wrong string
}

var allShown = slices.Concat(shownResults, shownByChance, shownLimits, shownContexts, shownErrors, shownInputs, shownSharing)

// Each mutant has its defect, and the correct executor does not: here without the
// catalogue of scenarios.
func TestDefectsShow(t *testing.T) {
	for _, s := range allShown {
		t.Run(s.mutant, func(t *testing.T) {
			m := find(t, s.mutant)
			if m.ByChance() {
				showsByChance(t, m, s)
				return
			}
			require.Equal(t, s.correct, inBubble(t, s.by, correct), "the correct executor")
			require.Equal(t, s.wrong, inBubble(t, s.by, m.New), "the mutant")
		})
	}
}

// showsByChance requires that a defect shows in some of many runs.
func showsByChance(t *testing.T, m Mutant, s shown) {
	const runs = 200 // a select with two ready cases takes one of them alone once in 2^200
	wrong := 0
	for range runs {
		require.Equal(t, s.correct, inBubble(t, s.by, correct), "the correct executor")
		if inBubble(t, s.by, m.New) != s.correct {
			wrong++
		}
	}
	t.Logf("wrong in %d of %d runs", wrong, runs)
	require.Positive(t, wrong, "the mutant is correct in %d runs", runs)
}

// In a call without faults the mutants of this table do what the correct executor does.
func TestMutantsAreWellOtherwise(t *testing.T) {
	later := within(time.Millisecond, answer)
	well := once(script{
		config: executor.Config{
			Limit: 2, ToolTimeout: time.Second, Grace: time.Second, History: []executor.Message{{Content: "hello"}},
		},
		does: map[string]agentFunc{"a": later, "b": later, "c": later},
	})
	for _, s := range allShown {
		t.Run(s.mutant, func(t *testing.T) {
			require.Equal(t, "a=a b=b c=c; <nil>, after 2ms", inBubble(t, well, find(t, s.mutant).New))
		})
	}
}

func find(t *testing.T, name string) Mutant {
	for _, m := range All() {
		if m.Name == name {
			return m
		}
	}
	t.Fatalf("no mutant %q", name)
	return Mutant{}
}

// inBubble makes an observation in a bubble of its own.
func inBubble(t *testing.T, by observation, create maker) (text string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		text = by(t, create)
		time.Sleep(2 * time.Minute) // a bubble may not end before its goroutines
	})
	return text
}
