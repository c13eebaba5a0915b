// Package run runs the cells of a plan, each in a child process, and reads how the
// processes ended. It judges only to find cells that must run again.
package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strconv"
	"sync"

	"github.com/watertight-go/watertight/internal/repeat"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/stress/internal/cell"
)

// perProcessor is how many children run at a time for each processor. Most of them
// wait.
const perProcessor = 6

// Options say where and how a Pool runs cells.
type Options struct {
	// Report is the folder of the report, for profiles. Empty: a temporary folder
	// that Close removes.
	Report string
	// RaceBinary is this program built with -race. Empty: there is none.
	RaceBinary string
	// Lacks are, by executor, the clauses that it does not claim, for cells whose
	// process dies before it can say so.
	Lacks map[string][]int
	// Processes is how many child processes are expected.
	Processes int
	// Progress gets a line now and then about how far the run is.
	Progress io.Writer
}

// Pool runs cells in child processes and keeps what was observed.
type Pool struct {
	Options
	// temp is the folder in which children write their results.
	temp     string
	progress *progress
	server   server

	mu       sync.Mutex
	observed map[cell.Cell]scenarios.Observation
}

// New makes a pool. Close must be called.
func New(o Options) (*Pool, error) {
	temp, err := os.MkdirTemp("", "stress-")
	if err != nil {
		return nil, fmt.Errorf("temporary folder: %w", err)
	}
	if o.Report == "" {
		o.Report = temp
	}
	return &Pool{Options: o, temp: temp, progress: newProgress(o.Progress, o.Processes), observed: map[cell.Cell]scenarios.Observation{}}, nil
}

// Close ends the progress and removes the temporary folder.
func (p *Pool) Close() error {
	p.progress.end()
	p.server.close()
	return os.RemoveAll(p.temp)
}

// Observed are the last observations of the cells that ran.
func (p *Pool) Observed() map[cell.Cell]scenarios.Observation { return p.observed }

// Width is how many children run at a time where -parallel says n.
func Width(n int) int {
	if n > 0 {
		return n
	}
	return perProcessor * runtime.GOMAXPROCS(0)
}

// Cells runs the cells, at most n at a time. Those in which something may be the
// machine's fault run again after that, one at a time; see package repeat.
func (p *Pool) Cells(ctx context.Context, cells []cell.Cell, n int) {
	runs := map[cell.Cell]*repeat.Cell{}
	for _, c := range cells {
		runs[c] = &repeat.Cell{}
	}
	for i := 0; len(cells) > 0 && ctx.Err() == nil; i++ {
		p.once(ctx, cells, n, i)
		cells = slices.DeleteFunc(slices.Clone(cells), func(c cell.Cell) bool { return !p.again(c, runs[c]) })
		p.progress.more(len(cells))
		n = 1
	}
}

// again reports whether a cell should run again.
func (p *Pool) again(c cell.Cell, runs *repeat.Cell) bool {
	o, ok := p.observed[c]
	if !ok {
		return false
	}
	again := c.Again(runs, &o)
	p.observed[c] = o
	return again
}

// once runs each cell once, until ctx is done. A cell that ctx stopped gets no new
// observation.
func (p *Pool) once(ctx context.Context, cells []cell.Cell, n, round int) {
	var wg sync.WaitGroup
	slots := make(chan struct{}, n)
	for i, c := range cells {
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			wg.Wait()
			return
		}
		wg.Go(func() {
			defer func() { <-slots }()
			p.one(ctx, c, strconv.Itoa(i), round)
		})
	}
	wg.Wait()
}

// one runs a cell and keeps its observation.
func (p *Pool) one(ctx context.Context, c cell.Cell, id string, round int) {
	p.progress.start(c)
	o, err := p.observe(ctx, c, fmt.Sprintf("%s-%s-%s-%t-%d", id, c.Kind, c.Scenario, c.Race, round))
	e := withResult
	if o.Crash != nil {
		e = byCrash
	}
	p.progress.finish(c, e)
	if errors.Is(err, errStopped) {
		return
	}
	if err != nil {
		o = c.Empty()
		o.Setup.Lacks = p.Lacks[c.Executor]
		o.Crash = &scenarios.Crash{Kind: "start", Message: err.Error()}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.observed[c] = o
}
