package judge

import (
	"fmt"
	"strings"
	"time"

	"github.com/watertight-go/watertight/scenarios"
)

// ms rounds for people.
func ms(t time.Duration) time.Duration {
	if t >= time.Second {
		return t.Round(10 * time.Millisecond)
	}
	if t >= 10*time.Millisecond {
		return t.Round(time.Millisecond)
	}
	return t.Round(10 * time.Microsecond)
}

// shorten cuts a text to what fits a line.
func shorten(text string) string {
	text, _, cut := strings.Cut(text, "\n")
	if r := []rune(text); len(r) > 160 {
		return string(r[:160]) + fmt.Sprintf("... (%d more)", len(r)-160)
	}
	if cut {
		return text + " ..."
	}
	return text
}

func ids(runs []scenarios.AgentRun) string {
	var all []string
	for _, a := range runs {
		all = append(all, a.ID)
	}
	if extra := len(all) - 5; extra > 0 {
		all = append(all[:5:5], "...")
	}
	return strings.Join(all, ", ")
}

func mib(n int64) float64 { return float64(n) / (1 << 20) }
