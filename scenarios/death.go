package scenarios

import (
	"os"
	"strings"
)

// longestText is how many bytes of a dead process's output an Observation keeps.
const longestText = 4 << 10

// Death reads the end of a cell's process that left no observation, from what
// it wrote and how it ended.
func Death(output string, state *os.ProcessState) *Crash {
	c := &Crash{Kind: "exit", Message: state.String(), Stacks: cutText(output)}
	for line := range strings.Lines(output) {
		line = strings.TrimSpace(line)
		for _, end := range []struct{ prefix, kind string }{
			{"panic: test timed out", "deadline"},
			{"panic: ", "panic"},
			{"fatal error: all goroutines are asleep", "deadlock"},
			{"fatal error: ", "fatal"},
		} {
			if strings.HasPrefix(line, end.prefix) {
				c.Kind, c.Message = end.kind, line
				return c
			}
		}
	}
	if state.ExitCode() < 0 {
		c.Kind = "signal"
	}
	return c
}

// RaceReports are the race detector's reports in a process's output.
func RaceReports(output string) (all []string) {
	for part := range strings.SplitSeq(output, "==================\n") {
		if strings.HasPrefix(part, "WARNING: DATA RACE") {
			all = append(all, cutText(part))
		}
	}
	return all
}

func cutText(text string) string {
	if len(text) <= longestText {
		return text
	}
	return text[:longestText] + "\n..."
}
