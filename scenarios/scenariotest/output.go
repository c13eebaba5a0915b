package scenariotest

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"sync"
)

// output is what a child writes, its marks taken out: lines that no test writes
// by chance, with which the child says that it is ready or has replied.
type output struct {
	mark string
	// marks has one token for each mark.
	marks chan struct{}

	mu   sync.Mutex
	text []byte
	// line is the beginning of a line that is not complete yet.
	line []byte
	lost int
}

// keptOutput is how many bytes of a cell's output are kept, the first ones: a
// crash says what it is in its first lines.
const keptOutput = 256 << 10

func newOutput() *output {
	return &output{mark: "scenariotest-" + rand.Text(), marks: make(chan struct{}, 16)}
}

// Write implements io.Writer. It never fails.
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.line = append(o.line, p...)
	for {
		i := bytes.IndexByte(o.line, '\n')
		if i < 0 {
			return len(p), nil
		}
		line := o.line[:i+1]
		o.line = o.line[i+1:]
		if before, _, found := bytes.Cut(line, []byte(o.mark)); found {
			o.keep(before)
			o.marks <- struct{}{}
			continue
		}
		o.keep(line)
	}
}

func (o *output) keep(p []byte) {
	if room := keptOutput - len(o.text); len(p) > room {
		o.lost += len(p) - max(room, 0)
		p = p[:max(room, 0)]
	}
	o.text = append(o.text, p...)
}

// forget says that a new cell begins.
func (o *output) forget() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.text, o.lost = o.text[:0], 0
}

// recent is what came since the cell began.
func (o *output) recent() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	text := string(o.text) + string(o.line)
	if o.lost > 0 {
		text += fmt.Sprintf("\n... %d bytes left out ...", o.lost)
	}
	return text
}
