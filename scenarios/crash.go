package scenarios

import "strings"

// Crash is the end of a cell's process that was not its own decision.
type Crash struct {
	// Kind is "panic", "fatal", "deadline", "deadlock", "signal", "exit" or "start".
	Kind string `json:"kind"`
	// Message is the line that says why.
	Message string `json:"message"`
	// Stacks is the beginning of what the process wrote.
	Stacks string `json:"stacks,omitempty"`
}

// String is the kind and the message, without the runtime's own word for the
// kind at its beginning.
func (c Crash) String() string {
	message := strings.TrimPrefix(strings.TrimPrefix(c.Message, "panic: "), "fatal error: ")
	return c.Kind + ": " + message
}
