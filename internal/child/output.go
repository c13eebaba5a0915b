package child

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// How much of a process's output is kept. A dump of 50,000 goroutines is tens of
// megabytes.
const (
	keepHead = 192 << 10
	keepTail = 64 << 10
	// longestExcerpt bounds what is kept of one crash or race report between head
	// and tail.
	longestExcerpt = 16 << 10
	// longestLine is how much of a line is held back until its end is written.
	longestLine = 64 << 10
)

// output is an io.Writer that keeps the head and the tail of what is written, and
// excerpts from between. It takes marks out: lines with which a worker says that
// it is ready or has replied.
type output struct {
	mark string
	// marks gets a token for each mark.
	marks chan struct{}

	mu sync.Mutex
	// line is the beginning of a line that is not complete yet.
	line []byte
	text
}

// text is what an output keeps. Places in it are counted in bytes from the first
// one that was written.
type text struct {
	size       int
	head, tail []byte
	excerpts   []excerpt
	// afterRule says that the text ends with a rule of the race detector.
	afterRule bool
	races     int
	// crashed says that a line has told of a crash. reason is the last line before
	// it that may say more.
	crashed bool
	reason  excerpt
}

// excerpt is a part of the text that the reading of crashes and races needs. It
// grows with the text until it is full.
type excerpt struct {
	at   int
	text []byte
	full bool
}

func newOutput(mark string) *output {
	return &output{mark: mark, marks: make(chan struct{}, 16)}
}

// Write implements io.Writer. It never fails.
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.line = append(o.line, p...)
	for {
		i := bytes.IndexByte(o.line, '\n')
		if i < 0 {
			break
		}
		o.add(o.line[:i+1])
		o.line = o.line[i+1:]
	}
	if whole := len(o.line) - len(o.mark); len(o.line) > longestLine {
		o.text.add(o.line[:whole]) // the rest may be the beginning of a mark
		o.line = o.line[whole:]
	}
	return len(p), nil
}

// add adds a line, or takes the mark out of it.
func (o *output) add(line []byte) {
	if o.mark == "" {
		o.text.add(line)
		return
	}
	before, _, found := bytes.Cut(line, []byte(o.mark))
	o.text.add(before)
	if found {
		select {
		case o.marks <- struct{}{}:
		default: // nobody waits for that many
		}
	}
}

// forget says that a worker's next job begins.
func (o *output) forget() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.text = text{}
}

// String is what was kept.
func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String() + string(o.line)
}

// add adds a line.
func (t *text) add(line []byte) {
	if len(line) == 0 {
		return
	}
	t.note(line)
	for i := range t.excerpts {
		t.excerpts[i].add(line)
	}
	t.size += len(line)
	t.afterRule = bytes.HasSuffix(line, []byte(raceRule))
	if free := min(keepHead-len(t.head), len(line)); free > 0 {
		t.head = append(t.head, line[:free]...)
		line = line[free:]
	}
	t.tail = append(t.tail, line...)
	if cut := len(t.tail) - keepTail; cut > keepTail {
		t.tail = append(t.tail[:0], t.tail[cut:]...)
	}
}

// note begins an excerpt where the line begins a report of a race or of a crash.
func (t *text) note(line []byte) {
	if t.races < mostRaces && bytes.Contains(line, []byte(raceBegins)) {
		t.races++
		e := excerpt{at: t.size}
		if t.afterRule {
			e = excerpt{at: t.size - len(raceRule), text: []byte(raceRule)}
		}
		t.excerpts = append(t.excerpts, e)
	}
	if t.crashed {
		return
	}
	begins := string(bytes.TrimSpace(line[:min(len(line), 100)]))
	switch {
	case strings.HasPrefix(begins, "runtime: "), strings.HasPrefix(begins, "runtime/cgo: "):
		t.reason = excerpt{at: t.size, text: slices.Clone(line), full: true}
	case complains(begins) != "":
		t.crashed = true
		t.excerpts = append(t.excerpts, t.reason, excerpt{at: t.size})
	}
}

func (e *excerpt) add(line []byte) {
	if e.full {
		return
	}
	e.text = append(e.text, line[:min(len(line), longestExcerpt-len(e.text))]...)
	e.full = len(e.text) == longestExcerpt
}

// String is the head, what of the excerpts is neither in head nor tail, and the
// tail, with a line wherever something is missing.
func (t *text) String() string {
	var b strings.Builder
	b.Write(t.head)
	tail := t.tail[max(0, len(t.tail)-keepTail):]
	at, end := len(t.head), t.size-len(tail)
	excerpts := slices.Clone(t.excerpts)
	slices.SortStableFunc(excerpts, func(a, b excerpt) int { return a.at - b.at })
	for _, e := range append(excerpts, excerpt{at: end}) {
		from, to := max(e.at, at), min(e.at+len(e.text), end)
		if from > to {
			continue
		}
		if from > at {
			fmt.Fprintf(&b, "\n... %d bytes left out ...\n", from-at)
		}
		b.Write(e.text[from-e.at : to-e.at])
		at = to
	}
	b.Write(tail)
	return b.String()
}
