package leak

import (
	"testing"
	"time"

	"github.com/watertight-go/watertight/leak/internal/require"
)

// steadyPulse is a pulse of one second with the lateness given.
func steadyPulse(rate int, late time.Duration) pulse {
	return pulse{fired: rate, took: time.Second, late: late, steady: true}
}

// TestPulsesCompared holds the comparison to both sides of each bound. What a
// machine that was too busy hides or feigns is unknown, never clean.
func TestPulsesCompared(t *testing.T) {
	const idle = 200 * time.Microsecond
	for _, c := range []struct {
		name       string
		rounds, to int
		first, now pulse
		want       Verdict
	}{
		{"one timer a round", 8, 23, steadyPulse(80, idle), steadyPulse(230, idle), Leaking},
		{"one timer in every other round", 8, 23, steadyPulse(40, idle), steadyPulse(115, idle), Leaking},
		{"one in each round, twice a second", 8, 23, steadyPulse(16, idle), steadyPulse(46, idle), Leaking},
		{"one beside as many that stay", 8, 23, steadyPulse(160, idle), steadyPulse(310, idle), Leaking},
		{"one beside many that stay, after many rounds", 8, 103, steadyPulse(390, idle), steadyPulse(1310, idle), Leaking},
		{"one beside very many that stay", 8, 103, steadyPulse(1000, idle), steadyPulse(1900, idle), Unknown},
		{"one timer a round, at first on a busy machine", 8, 23, steadyPulse(72, 8*time.Millisecond), steadyPulse(230, time.Millisecond), Leaking},
		{"stopped", 8, 23, steadyPulse(80, idle), pulse{}, Clean},
		{"started once", 8, 23, steadyPulse(50, idle), steadyPulse(50, idle), Clean},
		{"started once, and fast", 8, 23, steadyPulse(1000, idle), steadyPulse(990, idle), Clean},
		{"started once, machine somewhat busy", 8, 23, steadyPulse(50, 5*time.Millisecond), steadyPulse(50, 20*time.Millisecond), Clean},
		{"started once, at first on a busy machine", 8, 23, steadyPulse(70, 10*time.Millisecond), steadyPulse(200, idle), Unknown},
		{"left by each round, but the machine runs no more of them", 8, 23, steadyPulse(240, 27*time.Millisecond), steadyPulse(260, 80*time.Millisecond), Unknown},
		{"the same, when the machine became busy", 8, 23, steadyPulse(240, idle), steadyPulse(260, 80*time.Millisecond), Unknown},
		{"a few more", 8, 23, steadyPulse(80, idle), steadyPulse(140, idle), Unknown},
		{"not steady at first", 8, 23, pulse{fired: 80, took: time.Second}, steadyPulse(80, idle), Unknown},
		{"not steady now", 8, 23, steadyPulse(80, idle), pulse{fired: 80, took: time.Second}, Unknown},
		{"no more rounds", 23, 23, steadyPulse(80, idle), steadyPulse(80, idle), Unknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := timerWatch{watched: true, rounds: c.rounds, first: c.first}
			trend := Trend{Verdict: Clean}
			w.compare(&course{ran: c.to}, c.now, &trend)
			require.Equal(t, c.want, trend.Verdict, trend.Why)
		})
	}
}
