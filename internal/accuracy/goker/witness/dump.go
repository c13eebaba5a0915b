package witness

import "strings"

// goroutine is what a dump says of one goroutine, as far as a Site needs it.
type goroutine struct {
	// entry is the outermost function on its stack; empty where the dump has no
	// frame.
	entry string
	// state is the scheduler's word without marks, as in "chan receive".
	state string
	// leaked reports whether the profile marked it as leaked.
	leaked bool
}

// parseDump reads the text of a goroutine profile at debug=2. It is a reader of
// its own, so that an error in the parser of package leak cannot hide here.
func parseDump(text string) []goroutine {
	var all []goroutine
	for _, record := range strings.Split(text, "\n\n") {
		head, body, _ := strings.Cut(record, "\n")
		_, rest, ok := strings.Cut(head, "[")
		if !ok || !strings.HasPrefix(head, "goroutine ") {
			continue
		}
		// Go 1.26 prints labels inside the brackets.
		rest, _, _ = strings.Cut(rest, " labels:{")
		rest, _, _ = strings.Cut(rest, "]")
		g := goroutine{entry: entryOf(body)}
		g.state, g.leaked = stateOf(rest)
		all = append(all, g)
	}
	return all
}

// stateOf splits the text in a header's brackets, as in
// "chan receive (leaked), 3 minutes", into the state and the leak mark. The
// runtime writes its marks in no fixed order.
func stateOf(text string) (state string, leaked bool) {
	state, _, _ = strings.Cut(text, ",")
	for {
		at := strings.LastIndex(state, " (")
		if at < 0 {
			return state, leaked
		}
		switch state[at+1:] {
		case "(leaked)":
			leaked = true
		case "(scan)", "(durable)":
		default: // a part of the state, as in "chan receive (nil chan)"
			return state, leaked
		}
		state = state[:at]
	}
}

// entryOf returns the last function of a stack. The creator below it does not
// count.
func entryOf(body string) (entry string) {
	for line := range strings.Lines(body) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "created by ") {
			break
		}
		// A function's line ends with its arguments, a file's starts with a tab.
		open := strings.LastIndexByte(line, '(')
		if open > 0 && strings.HasSuffix(line, ")") && !strings.HasPrefix(line, "\t") {
			entry = line[:open]
		}
	}
	return entry
}
