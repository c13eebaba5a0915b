package scenarios

import (
	"fmt"
	"os"
	"strings"
)

// Crash is the end of a cell's process that was not its own decision.
type Crash struct {
	// Kind is "panic", "fatal", "deadline", "deadlock", "signal", "exit" or "start".
	Kind string `json:"kind"`
	// Message is the first line of what it said.
	Message string `json:"message"`
	// Stacks is what it left on standard error, shortened.
	Stacks string `json:"stacks,omitempty"`
}

// Bounds of what an Observation keeps of a dead process's output.
const (
	longestText = 4 << 10
	mostRaces   = 8
)

// Death reads the end of a cell's process that left no observation, from what
// it wrote and how it ended.
func Death(output string, state *os.ProcessState) *Crash {
	c := &Crash{Kind: "exit", Message: state.String(), Stacks: CutText(output, longestText)}
	if kind, message := Complaint(output); kind != "" {
		c.Kind, c.Message = kind, message
	} else if state.ExitCode() < 0 {
		c.Kind = "signal"
	}
	return c
}

// String is the kind and the message, which begins with the runtime's own word
// for the kind.
func (c Crash) String() string {
	message := strings.TrimPrefix(strings.TrimPrefix(c.Message, "panic: "), "fatal error: ")
	return c.Kind + ": " + message
}

// Complaint finds the line with which the Go runtime, or package testing, ends a
// process, and the kind of crash that it tells of; both are empty where there is
// none. A line before it that starts with "runtime: " says more about a fatal error.
func Complaint(output string) (kind, message string) {
	reason := ""
	for line := range strings.Lines(output) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "panic: test timed out"):
			return "deadline", line
		case strings.HasPrefix(line, "panic: "):
			return "panic", line
		case strings.HasPrefix(line, "fatal error: all goroutines are asleep"):
			return "deadlock", line
		case strings.HasPrefix(line, "fatal error: "):
			if reason != "" {
				line += " (" + reason + ")"
			}
			return "fatal", line
		case strings.HasPrefix(line, "runtime: "):
			reason = strings.TrimPrefix(line, "runtime: ")
		case strings.HasPrefix(line, "SIG"):
			return "signal", line
		}
	}
	return "", ""
}

// RaceReports are the race detector's reports in a process's output, the first
// eight of them, shortened.
func RaceReports(output string) (all []string) {
	for part := range strings.SplitSeq(output, "==================\n") {
		if strings.HasPrefix(part, "WARNING: DATA RACE") && len(all) < mostRaces {
			all = append(all, CutText(strings.TrimSpace(part), longestText))
		}
	}
	return all
}

// CutText cuts text after its first n bytes, at the end of a line, and says so.
func CutText(text string, n int) string {
	if len(text) <= n {
		return text
	}
	cut := text[:n]
	if i := strings.LastIndexByte(cut, '\n'); i > 0 {
		cut = cut[:i]
	}
	return fmt.Sprintf("%s\n... %d bytes left out ...", cut, len(text)-len(cut))
}
