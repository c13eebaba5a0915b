package run

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/watertight-go/watertight/stress/internal/cell"
	"github.com/watertight-go/watertight/stress/internal/terminal"
)

// heartbeat is how often progress is told where there is no terminal.
const heartbeat = 10 * time.Second

// progress tells on standard error how far the run is: one line that is
// rewritten on a terminal, a line every ten seconds elsewhere.
type progress struct {
	w     io.Writer
	live  bool
	width int
	began time.Time

	mu      sync.Mutex
	total   int
	done    int
	crashed int
	running map[string]time.Time

	stop, stopped chan struct{}
}

// newProgress starts telling; end must be called.
func newProgress(w io.Writer, total int) *progress {
	p := &progress{w: w, began: time.Now(), total: total, running: map[string]time.Time{},
		stop: make(chan struct{}), stopped: make(chan struct{})}
	if fd, ok := terminal.Of(w); ok {
		p.live, p.width = true, terminal.Columns(fd)
	}
	go p.tell()
	return p
}

func (p *progress) tell() {
	defer close(p.stopped)
	every := heartbeat
	if p.live {
		every = 200 * time.Millisecond
	}
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-p.stop:
			return
		case <-ticker.C:
			p.line()
		}
	}
}

// line writes the current state.
func (p *progress) line() {
	text := p.state()
	if !p.live {
		fmt.Fprintln(p.w, text)
		return
	}
	if len(text) >= p.width {
		text = text[:p.width-1]
	}
	fmt.Fprintf(p.w, "\r\x1b[K%s", text)
}

// state is the line: how many cells are done, and the one that has run longest.
func (p *progress) state() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	text := fmt.Sprintf("stress: %d of %d cells, %d crashed, %v", p.done, p.total, p.crashed, time.Since(p.began).Round(time.Second))
	var oldest string
	for name, at := range p.running {
		if oldest == "" || at.Before(p.running[oldest]) {
			oldest = name
		}
	}
	if oldest != "" {
		text += fmt.Sprintf(", %d running: %s", len(p.running), oldest)
	}
	return text
}

func (p *progress) start(c cell.Cell) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running[c.String()] = time.Now()
}

func (p *progress) finish(c cell.Cell, crashed bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.running, c.String())
	p.done++
	if crashed {
		p.crashed++
	}
}

// more adds cells that are run again.
func (p *progress) more(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.total += n
}

// end stops telling and clears the line.
func (p *progress) end() {
	close(p.stop)
	<-p.stopped
	if p.live {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
	fmt.Fprintln(p.w, p.state())
}
