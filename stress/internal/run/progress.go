package run

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/watertight-go/watertight/stress/internal/cell"
	"github.com/watertight-go/watertight/stress/internal/terminal"
)

// heartbeat is the time between two lines of progress where there is no terminal.
const heartbeat = 10 * time.Second

// progress writes how far the run is: on a terminal one line that it rewrites,
// elsewhere a line every ten seconds.
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

// newProgress starts writing. end must be called.
func newProgress(w io.Writer, total int) *progress {
	p := &progress{w: w, began: time.Now(), total: total, running: map[string]time.Time{},
		stop: make(chan struct{}), stopped: make(chan struct{})}
	if fd, ok := terminal.Of(w); ok {
		p.live, p.width = true, terminal.Columns(fd)
	}
	go p.loop()
	return p
}

// loop writes lines until the end.
func (p *progress) loop() {
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

// line writes the state.
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

// state is how many cells are done, and the cell that has run longest.
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

// ending is how the process of a cell ended.
type ending int

const (
	withResult ending = iota
	byCrash
)

func (p *progress) finish(c cell.Cell, e ending) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.running, c.String())
	p.done++
	if e == byCrash {
		p.crashed++
	}
}

// more adds cells that run again.
func (p *progress) more(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.total += n
}

// end stops the writing and leaves the last state as a line.
func (p *progress) end() {
	close(p.stop)
	<-p.stopped
	if p.live {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
	fmt.Fprintln(p.w, p.state())
}
