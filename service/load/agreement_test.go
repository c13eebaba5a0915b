package load_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/service/internal/loadtrial"
)

// The percentiles agree with those of a second generator, which shares no code with this
// one, at a service on a loopback port that freezes for a second. Where they do not, a machine
// that was too busy to start the requests of both in time says nothing.
func TestPercentilesAgreeWithASecondGenerator(t *testing.T) {
	if testing.Short() {
		t.Skip("takes 5 s")
	}
	for range 3 {
		a, err := loadtrial.Agree(t.Context(), loadtrial.DefaultSpec)
		require.NoError(t, err)
		a.Write(t.Output())
		if a.Worst().Difference() <= loadtrial.Bar || a.Late <= loadtrial.Busy {
			check(t, a)
			return
		}
	}
	t.Skipf("the machine was busy each time: requests started more than %s late", loadtrial.Busy)
}

func check(t *testing.T, a loadtrial.Agreement) {
	for _, r := range a.Rows {
		if r.Difference() > loadtrial.Bar {
			t.Errorf("%s: got %s, and %s by the second generator: %.1f %% apart, want %g %% at most", r.Name, r.Load, r.Simple, 100*r.Difference(), 100*loadtrial.Bar)
		}
		if r.Name != "p50" && r.Load < 200*time.Millisecond {
			t.Errorf("%s: got %s, want that of the freeze", r.Name, r.Load)
		}
	}
}
