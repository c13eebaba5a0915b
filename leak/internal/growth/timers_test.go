package growth

import (
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak/internal/require"
)

// steadyActivity is a activity of one second with the lateness given.
func steadyActivity(rate int, late time.Duration) activity {
	return activity{fired: rate, took: time.Second, late: late, steady: true}
}

// TestActivitiesCompared holds the comparison to both sides of each bound. What a
// machine that was too busy hides or feigns is unknown, never clean.
func TestActivitiesCompared(t *testing.T) {
	const idle = 200 * time.Microsecond
	for _, c := range []struct {
		name       string
		rounds, to int
		first, now activity
		want       Verdict
	}{
		{"one timer a round", 8, 23, steadyActivity(80, idle), steadyActivity(230, idle), Leaking},
		{"one timer in every other round", 8, 23, steadyActivity(40, idle), steadyActivity(115, idle), Leaking},
		{"one in each round, twice a second", 8, 23, steadyActivity(16, idle), steadyActivity(46, idle), Leaking},
		{"one beside as many that stay", 8, 23, steadyActivity(160, idle), steadyActivity(310, idle), Leaking},
		{"one beside many that stay, after many rounds", 8, 103, steadyActivity(390, idle), steadyActivity(1310, idle), Leaking},
		{"one beside very many that stay", 8, 103, steadyActivity(1000, idle), steadyActivity(1900, idle), Unknown},
		{"one timer a round, at first on a busy machine", 8, 23, steadyActivity(72, 8*time.Millisecond), steadyActivity(230, time.Millisecond), Leaking},
		{"stopped", 8, 23, steadyActivity(80, idle), activity{}, Clean},
		{"started once", 8, 23, steadyActivity(50, idle), steadyActivity(50, idle), Clean},
		{"started once, and fast", 8, 23, steadyActivity(1000, idle), steadyActivity(990, idle), Clean},
		{"started once, machine somewhat busy", 8, 23, steadyActivity(50, 5*time.Millisecond), steadyActivity(50, 20*time.Millisecond), Clean},
		{"started once, at first on a busy machine", 8, 23, steadyActivity(70, 10*time.Millisecond), steadyActivity(200, idle), Unknown},
		{"left by each round, but the machine runs no more of them", 8, 23, steadyActivity(240, 27*time.Millisecond), steadyActivity(260, 80*time.Millisecond), Unknown},
		{"the same, when the machine became busy", 8, 23, steadyActivity(240, idle), steadyActivity(260, 80*time.Millisecond), Unknown},
		{"a few more", 8, 23, steadyActivity(80, idle), steadyActivity(140, idle), Unknown},
		{"not steady at first", 8, 23, activity{fired: 80, took: time.Second}, steadyActivity(80, idle), Unknown},
		{"not steady now", 8, 23, steadyActivity(80, idle), activity{fired: 80, took: time.Second}, Unknown},
		{"no more rounds", 23, 23, steadyActivity(80, idle), steadyActivity(80, idle), Unknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := timerWatch{watched: true, rounds: c.rounds, first: c.first}
			trend := w.compare(c.now, c.to)
			require.Equal(t, c.want, trend.Verdict, trend.Why)
		})
	}
}
