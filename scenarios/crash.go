package scenarios

import (
	"slices"
	"strings"
)

// Crash tells how the process of a cell died.
type Crash struct {
	// Kind is "panic", "fatal", "deadline", "deadlock", "signal", "exit" or "start".
	Kind string `json:"kind"`
	// Message is the line that says why.
	Message string `json:"message"`
	// Stacks is the beginning of what the process wrote.
	Stacks string `json:"stacks,omitempty"`
}

// String is the kind and the message, without the runtime's own word for the
// kind at the start of the message.
func (c Crash) String() string {
	message := strings.TrimPrefix(strings.TrimPrefix(c.Message, "panic: "), "fatal error: ")
	return c.Kind + ": " + message
}

// Died reports that the executor, and not the harness or the machine, ended the
// process. It is false for nil.
func (c *Crash) Died() bool {
	return c != nil && slices.Contains([]string{"panic", "fatal", "deadlock", "exit"}, c.Kind)
}
