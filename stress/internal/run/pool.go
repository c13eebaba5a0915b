// Package run runs the cells of a plan, each in a child process, and reads how the
// processes ended. It judges only to find cells that must be run again.
package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"sync"

	"github.com/watertight-go/watertight/internal/child"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/scenarios/judge"
	"github.com/watertight-go/watertight/stress/internal/cell"
)

// maxRepeats is how often a cell is run again because the machine was too slow
// to tell.
const maxRepeats = 3

// perProcessor is how many children run at a time for each processor, as most
// of them wait.
const perProcessor = 6

// Options say where and how a Pool runs cells.
type Options struct {
	// Report is the report's folder, which profiles go to. Empty: a temporary
	// one that Close removes.
	Report string
	// RaceBinary is this program built with -race; empty: there is none.
	RaceBinary string
	// Lacks are what each executor does not claim, for cells whose process does
	// not live to say so.
	Lacks map[string][]int
	// Processes is how many child processes are expected, for the progress.
	Processes int
	// Progress is told how far the run is.
	Progress io.Writer
}

// Pool runs cells in child processes and keeps what was observed.
type Pool struct {
	Options
	// temp is where children put their cell.Results.
	temp     string
	progress *progress
	server   server

	mu       sync.Mutex
	observed map[cell.Cell]scenarios.Observation
}

// New makes a pool, which Close must end.
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

// Observed are the cells that were run, each as it was observed last.
func (p *Pool) Observed() map[cell.Cell]scenarios.Observation { return p.observed }

// Width is how many children run at a time where -parallel says n.
func Width(n int) int {
	if n > 0 {
		return n
	}
	return perProcessor * runtime.GOMAXPROCS(0)
}

// Cells runs the cells, at most n at a time. Where the machine was too slow to
// tell, cells are run again with fewer beside them: as many as there are
// processors, then one at a time.
func (p *Pool) Cells(ctx context.Context, cells []cell.Cell, n int) {
	for repeat := 0; len(cells) > 0 && repeat <= maxRepeats && ctx.Err() == nil; repeat++ {
		p.once(ctx, cells, n, repeat)
		cells = slices.DeleteFunc(slices.Clone(cells), func(c cell.Cell) bool {
			o, ok := p.observed[c]
			return !ok || !tooLate(c, o)
		})
		if repeat < maxRepeats {
			p.progress.more(len(cells))
		}
		n = min(n, runtime.GOMAXPROCS(0))
		if repeat > 0 {
			n = 1
		}
	}
}

// once runs each cell once, until ctx is done. A cell that did not run to its
// end because of ctx has no new observation.
func (p *Pool) once(ctx context.Context, cells []cell.Cell, n, repeat int) {
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
			p.one(ctx, c, strconv.Itoa(i), repeat)
		})
	}
	wg.Wait()
}

// one runs a cell and keeps its observation.
func (p *Pool) one(ctx context.Context, c cell.Cell, id string, repeat int) {
	p.progress.start(c)
	o, err := p.child(ctx, c, fmt.Sprintf("%s-%s-%s-%t-%d", id, c.Kind, c.Scenario, c.Race, repeat))
	o.Control.Repeats = repeat
	p.progress.finish(c, o.Crash != nil)
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

// tooLate says that the machine was so late that what spoke against the cell may
// be the machine's fault, and the cell should be run again. A caller that is
// blocked is not: it waited long past any lateness. A load that is itself what
// keeps the machine busy would do so again.
func tooLate(c cell.Cell, o scenarios.Observation) bool {
	if c.Kind == cell.KindHeap || c.Requests*c.Agents > cell.ManyCalls || o.Totals.Blocked > 0 || !judge.NeedsRepeat(o) {
		return false
	}
	return c.Judge(o).Verdict.Status() != scenarios.Pass
}

// child runs a cell once. Whatever its process does is in the observation; an
// error means that the cell could not be run, or was stopped.
func (p *Pool) child(ctx context.Context, c cell.Cell, id string) (scenarios.Observation, error) {
	r, end, finished, err := p.process(ctx, &c, id)
	if err != nil {
		return c.Empty(), err
	}
	o := r.Observation
	if !finished {
		o = c.Empty()
		o.Setup.Lacks = p.Lacks[c.Executor]
		cell.ReadProgress(c.Progress, &o)
	}
	classify(&o, end, finished)
	return o, nil
}

// process runs a cell's process to its end and reads what it wrote; finished is
// false where it wrote nothing.
func (p *Pool) process(ctx context.Context, c *cell.Cell, id string) (r cell.Result, end child.Result, finished bool, err error) {
	c.Result = filepath.Join(p.temp, id+".json")
	c.Progress = filepath.Join(p.temp, id+".progress")
	c.Report = p.Report
	if c.OnWire() {
		if c.URL, err = p.server.address(); err != nil {
			return r, end, false, err
		}
	}
	text, err := c.Encode()
	if err != nil {
		return r, end, false, err
	}
	s := child.Spec{Args: os.Args[1:], Env: []string{cell.Env + "=" + text, child.RaceSettings("")}, Deadline: c.Deadline}
	if c.Race {
		s.Program = p.RaceBinary
	}
	end, err = child.Run(ctx, s)
	if err == nil && end.End == child.Stopped {
		err = errStopped
	}
	if err != nil {
		return r, end, false, err
	}
	r, finished, err = cell.ReadResult(c.Result)
	return r, end, finished, err
}
