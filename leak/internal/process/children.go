package process

// Child is a child process of this one.
type Child struct {
	PID int
	// Command is the command line. Of a process that has exited only the name is known.
	Command string
	// Exited reports that it has ended and that nobody has waited for it yet.
	Exited bool
}
