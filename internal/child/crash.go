package child

import (
	"fmt"
	"strings"
	"time"
)

// Crash is the end of a process that did not do what it was asked to.
type Crash struct {
	// Kind is one of the constants below.
	Kind string
	// Message is the line that says why, as the runtime wrote it where it did.
	Message string
	// Stacks is the beginning of what the process wrote.
	Stacks string
}

// Kinds of crashes.
const (
	KindPanic    = "panic"
	KindFatal    = "fatal"    // a fatal error of the Go runtime
	KindDeadlock = "deadlock" // the runtime's "all goroutines are asleep"
	KindDeadline = "deadline" // killed at its deadline, or a test's time-out
	KindSignal   = "signal"   // killed by a signal that this package did not send
	KindExit     = "exit"     // it called os.Exit, or returned from main
)

// Crash reads why the process ended without doing its work, from its exit code
// and its output, of which it keeps the first n bytes. Call it where OK is false
// or where what the process should have written is missing.
func (r Result) Crash(n int) Crash {
	c := Crash{Kind: KindExit, Stacks: Cut(r.Output, n)}
	kind, message := Complaint(r.Output)
	switch {
	case r.End == TimedOut:
		c.Kind = KindDeadline
		c.Message = fmt.Sprintf("killed after %v, its deadline", r.Elapsed.Round(time.Millisecond))
		if !strings.Contains(r.Output, "goroutine ") {
			c.Message += "; it left no stacks"
		}
	case r.End == Stopped:
		c.Kind, c.Message = KindSignal, r.State.String()+", because the run was stopped"
	case kind != "":
		c.Kind, c.Message = kind, message
	case r.State.ExitCode() < 0:
		c.Kind, c.Message = KindSignal, r.State.String()+", not sent by this program (out of memory?)"
	default:
		c.Message = exitMessage(r)
	}
	return c
}

func exitMessage(r Result) string {
	message := r.State.String()
	if r.State.Success() {
		message += " without a result"
	}
	if line, _, _ := strings.Cut(strings.TrimSpace(r.Output), "\n"); line != "" {
		message += ": " + line
	}
	return message
}

// The first words of lines with which the Go runtime, or package testing, ends a
// process, and the kind of crash that each tells of.
var complaints = []struct{ prefix, kind string }{
	{"panic: test timed out", KindDeadline},
	{"panic: ", KindPanic},
	{"fatal error: all goroutines are asleep", KindDeadlock},
	{"fatal error: ", KindFatal},
	{"SIG", KindSignal},
}

// Complaint finds the first line in the output with which the Go runtime tells of
// a crash; both results are empty where there is none. A line before it that starts with "runtime: " says more
// about a fatal error.
func Complaint(output string) (kind, message string) {
	reason := ""
	for line := range strings.Lines(output) {
		line = strings.TrimSpace(line)
		if text, found := strings.CutPrefix(line, "runtime: "); found {
			reason = text
			continue
		}
		kind := complains(line)
		if kind == KindFatal && reason != "" {
			line += " (" + reason + ")"
		}
		if kind != "" {
			return kind, line
		}
	}
	return "", ""
}

// complains is the kind of crash that a line tells of, or "".
func complains(line string) (kind string) {
	for _, c := range complaints {
		if strings.HasPrefix(line, c.prefix) {
			return c.kind
		}
	}
	return ""
}

// The race detector puts each report between two rules.
const (
	raceRule   = "==================\n"
	raceBegins = "WARNING: DATA RACE"
)

const (
	// mostRaces is how many reports Races returns.
	mostRaces = 8
	// longestRace is how many bytes it returns of each.
	longestRace = 4 << 10
)

// Races are the race detector's reports in the output of a process: the first
// eight, and of each the first 4 KiB.
func Races(output string) (all []string) {
	for part := range strings.SplitSeq(output, raceRule) {
		if strings.HasPrefix(part, raceBegins) && len(all) < mostRaces {
			all = append(all, Cut(strings.TrimSpace(part), longestRace))
		}
	}
	return all
}

// CountedRaces are Races, for a process in which the race detector counted at
// least one. Where no report can be read, one text says so in their place: code
// in the process may have written amid the report, or closed standard error.
func CountedRaces(output string) []string {
	if races := Races(output); len(races) > 0 {
		return races
	}
	if i := strings.Index(output, raceBegins); i >= 0 {
		return []string{"the race detector counted one, and reported it amid other output:\n" + Cut(output[i:], longestRace)}
	}
	return []string{"the race detector counted one, but the process's output has no report of it"}
}

// Cut keeps the first n bytes of a text, up to the end of a line, and says how
// much is left out.
func Cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	cut := text[:n]
	if i := strings.LastIndexByte(cut, '\n'); i > 0 {
		cut = cut[:i]
	}
	return fmt.Sprintf("%s\n... %d bytes left out ...", cut, len(text)-len(cut))
}
