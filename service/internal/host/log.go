package host

import (
	"bytes"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/watertight-go/watertight/internal/child"
)

const (
	// keptLines is how many lines are kept of the beginning, of the end and of a crash.
	keptLines = 20
	// longestLine is how many bytes are kept of a line.
	longestLine = 2 << 10
)

// log keeps the beginning and the end of what a service writes, and its last crash. It
// takes out the supervisor's mark. What it keeps is bounded, however much is written.
type log struct {
	mark []byte
	// marked is closed when the mark has come, done when the service's log has ended.
	marked, done chan struct{}

	mu    sync.Mutex
	line  []byte // the beginning of the line that is not complete
	begun bool   // such a line exists
	first []string
	last  ring
	crash []string
}

func newLog(mark string) *log {
	return &log{mark: []byte(mark), marked: make(chan struct{}), done: make(chan struct{})}
}

// read reads to the end.
func (l *log) read(r io.Reader) {
	defer close(l.done)
	buf := make([]byte, 64<<10)
	_, _ = io.CopyBuffer(struct{ io.Writer }{l}, struct{ io.Reader }{r}, buf)
}

// Write implements io.Writer. It never fails.
func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for rest := p; len(rest) > 0; {
		part, after, whole := bytes.Cut(rest, []byte("\n"))
		l.begun = true
		l.line = append(l.line, part[:min(len(part), longestLine-len(l.line))]...)
		if whole {
			l.add(l.line)
			l.line, l.begun = l.line[:0], false
		}
		rest = after
	}
	return len(p), nil
}

// add adds a line.
func (l *log) add(line []byte) {
	if len(l.mark) > 0 && bytes.Equal(line, l.mark) {
		l.takeMark()
		return
	}
	line = bytes.TrimSuffix(line, []byte("\r"))
	if len(l.first) < keptLines {
		l.first = append(l.first, string(line))
	}
	l.last.add(line)
	if tellsOfCrash(line) {
		l.crash = []string{string(line)}
	} else if l.crash != nil && len(l.crash) < keptLines {
		l.crash = append(l.crash, string(line))
	}
}

// tellsOfCrash reports whether the Go runtime begins to tell of a crash.
func tellsOfCrash(line []byte) bool {
	if len(line) == 0 || bytes.IndexByte([]byte("pfS"), line[0]) < 0 {
		return false // most lines, without a copy
	}
	kind, _ := child.Complaint(string(line))
	return kind != ""
}

// takeMark takes out the empty line before the mark, which is there where the service's
// last line was complete. A second mark is somebody's joke.
func (l *log) takeMark() {
	l.last.dropEmpty()
	select {
	case <-l.marked:
	default:
		close(l.marked)
	}
}

// tail are the last lines.
func (l *log) tail() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	lines := l.last.lines()
	if l.begun {
		lines = append(lines, string(l.line))
	}
	return lines[max(0, len(lines)-keptLines):]
}

// head are the first lines.
func (l *log) head() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.first)
}

// crashed are the first lines of the last crash; nil where there is none.
func (l *log) crashed() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.crash)
}

// endWithin is how long the log may go on after all processes were ended. One that could
// not be found may hold it open.
const endWithin = time.Second

// end waits for the end of the log, and closes it.
func (l *log) end(r io.Closer) {
	select {
	case <-l.done:
	case <-time.After(endWithin):
	}
	_ = r.Close()
	<-l.done
}
