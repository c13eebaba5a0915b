package scenariotest

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"strings"
	"sync"

	"github.com/watertight-go/watertight/scenarios"
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
	// limit is how many bytes of text are kept, and more from raceBegins on.
	limit int
	raced bool
}

const (
	// keptOutput is how many bytes of a cell's output are kept, the first ones: a
	// crash says what it is in its first lines.
	keptOutput = 256 << 10
	// keptRaces is how many are kept from the first report of a data race on,
	// which may come after any amount of other output, and must not be missed.
	keptRaces = 64 << 10
)

// The race detector puts each report between two rules.
const (
	raceRule   = "==================\n"
	raceBegins = "WARNING: DATA RACE"
)

func newOutput() *output {
	return &output{mark: "scenariotest-" + rand.Text(), marks: make(chan struct{}, 16), limit: keptOutput}
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
	if !o.raced && bytes.Contains(p, []byte(raceBegins)) {
		o.raced = true
		if !bytes.HasSuffix(o.text, []byte(raceRule)) {
			o.text = append(o.text, raceRule...) // its own was left out
		}
		o.limit = max(o.limit, len(o.text)+keptRaces)
	}
	if room := o.limit - len(o.text); len(p) > room {
		o.lost += len(p) - max(room, 0)
		p = p[:max(room, 0)]
	}
	o.text = append(o.text, p...)
}

// forget says that a new cell begins.
func (o *output) forget() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.text, o.lost, o.limit, o.raced = o.text[:0], 0, keptOutput, false
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

// races are the race detector's reports since the cell began. Where it counted
// some that cannot be read, as the executor may have written in their midst or
// closed standard error, one says so in their stead.
func (o *output) races(counted bool) []string {
	text := o.recent()
	races := scenarios.RaceReports(text)
	if len(races) > 0 || !counted {
		return races
	}
	why := "the race detector counted one, but the process's output has no report of it"
	if i := strings.Index(text, raceBegins); i >= 0 {
		why = "the race detector counted one, and reported it amid other output:\n" + scenarios.CutText(text[i:], 4<<10)
	}
	return []string{why}
}
