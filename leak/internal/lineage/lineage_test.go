package lineage

import (
	"testing"

	"github.com/watertight-go/watertight/leak/internal/require"
)

// TestRemembers: what the test owned once is known in later dumps, though the goroutine
// has lost its label or its creator has ended since.
func TestRemembers(t *testing.T) {
	test := NewTest(Label{"test", "TestA#4"}, 50)
	require.Equal(t, Owned, decide(test, 27, "TestA#4", body(nil, "f in 99")))
	require.Equal(t, Owned, decide(test, 27, "", body(nil, "f in 99")))
	require.Equal(t, Owned, decide(test, 28, "", body(nil, "f in 27")))
	require.Equal(t, Owned, decide(test, 29, "", body(nil, "f in 28")))
}

// TestShare: what is learnt on either side is known on both, but for other tests.
func TestShare(t *testing.T) {
	test := NewTest(Label{"test", "TestA#4"}, 50)
	test.NoOtherRan(before)
	rounds := test.Share()
	rounds.OtherRan()
	require.True(t, test.Presumes())
	require.False(t, rounds.Presumes())
	require.Equal(t, Owned, decide(rounds, 27, "TestA#4", body(nil, "f in 99")))
	require.Equal(t, Owned, decide(test, 27, "", body(nil, "f in 99")))
}

// TestWholeProcess: a nil Test owns every goroutine. So does that of the process, but for
// those that were created by reported ones.
func TestWholeProcess(t *testing.T) {
	require.Equal(t, Owned, decide(nil, 9, "TestB#5", body(nil, "f in 99")))
	tests := world().tests
	for name, c := range map[string]struct {
		label, by string
		want      Ownership
	}{
		"of none":           {"", "f in 99", Owned},
		"of a reported one": {"TestBad#3", "f in 30", Reported},
		"whose creator has ended, of such a test": {"TestBad#3", "f in 99", Reported},
		"of a test without leaks":                 {"TestOld#1", "f in 99", Owned},
	} {
		require.Equal(t, c.want, decide(tests.Process("test"), 9, c.label, body(nil, c.by)), name)
	}
	tests.Failed(world(), []uint64{31}, []uint64{9})
	require.Equal(t, Owned, decide(tests.Process("test"), 9, "TestBad#3", body(nil, "f in 99")), "spared by its check")
	require.True(t, (&Tests{}).Process("test").OfProcess())
}

// TestTraceOrder: creators may come after those they created.
func TestTraceOrder(t *testing.T) {
	l := NewLineages(5)
	for id, by := range map[uint64]string{4: "f in 3", 9: "f in 8", 3: "f in 2", 2: "f in 50", 5: "f"} {
		l.Add(id, []byte(body(nil, by)))
	}
	test := NewTest(Label{}, 50)
	var owned []uint64
	for _, id := range []uint64{4, 9, 3, 2, 5} {
		if whose, _ := test.Trace(Witness{ID: id}, l); whose == Owned {
			owned = append(owned, id)
		}
	}
	require.Equal(t, []uint64{4, 3, 2}, owned)
}
