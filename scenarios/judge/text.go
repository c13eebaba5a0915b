package judge

import (
	"fmt"
	"strings"
	"time"

	"github.com/watertight-go/watertight/internal/plural"
	"github.com/watertight-go/watertight/scenarios"
)

// ms rounds a time to what a reader needs.
func ms(t time.Duration) time.Duration {
	if t >= time.Second {
		return t.Round(10 * time.Millisecond)
	}
	if t >= 10*time.Millisecond {
		return t.Round(time.Millisecond)
	}
	return t.Round(10 * time.Microsecond)
}

// shorten is the first line of a text, at most 160 characters of it.
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

// agents names agents, as in "agent a" and "agents a, b". It names five at most.
func agents(runs []scenarios.AgentRun) string {
	var ids []string
	for _, a := range runs {
		ids = append(ids, a.ID)
	}
	if len(ids) > 5 {
		ids = append(ids[:5:5], "...")
	}
	return plural.Form(len(runs), "agent ", "agents ") + strings.Join(ids, ", ")
}

// agentsWere is agents with a verb, as in "agents a, b were".
func agentsWere(runs []scenarios.AgentRun) string {
	return agents(runs) + plural.Form(len(runs), " was", " were")
}

// mib is a number of bytes in MiB.
func mib(n int64) float64 { return float64(n) / (1 << 20) }
