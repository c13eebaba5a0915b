package stress

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/watertight-go/watertight/internal/child"
	"github.com/watertight-go/watertight/scenarios"
)

// maxRepeats is how often a cell is run again because the machine was too slow
// to tell.
const maxRepeats = 3

// pool runs cells in children.
type pool struct {
	// temp is where children put their results, report the report's folder.
	temp, report string
	raceBinary   string
	// lacks are what each executor does not claim, for cells whose process
	// does not live to say so.
	lacks    map[string][]int
	progress *progress

	mu       sync.Mutex
	observed map[cell]scenarios.Observation
}

// run runs the cells, at most n at a time. Where the machine was too slow to
// tell, cells are run again when the crowd is gone: by as many as there are
// processors, then one at a time.
func (p *pool) run(ctx context.Context, cells []cell, n int) {
	for repeat := 0; len(cells) > 0 && repeat <= maxRepeats && ctx.Err() == nil; repeat++ {
		p.once(ctx, cells, n, repeat)
		cells = slices.DeleteFunc(slices.Clone(cells), func(c cell) bool {
			o, ok := p.observed[c]
			return !ok || !c.tooLate(o)
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
func (p *pool) once(ctx context.Context, cells []cell, n, repeat int) {
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
func (p *pool) one(ctx context.Context, c cell, id string, repeat int) {
	p.progress.start(c)
	o, err := p.child(ctx, c, fmt.Sprintf("%s-%s-%s-%t-%d", id, c.Kind, c.Scenario, c.Race, repeat))
	o.Control.Repeats = repeat
	p.progress.finish(c, o.Crash != nil)
	if errors.Is(err, errStopped) {
		return
	}
	if err != nil {
		o = c.empty()
		o.Setup.Lacks = p.lacks[c.Executor]
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
func (c cell) tooLate(o scenarios.Observation) bool {
	if c.Kind == kindHeap || c.Requests*c.Agents > manyAgents || o.Totals.Blocked > 0 || !scenarios.NeedsRepeat(o) {
		return false
	}
	return judged(c, o).Verdict.Status() != scenarios.Pass
}

// child runs a cell once. Whatever its process does is in the observation; an
// error means that the cell could not be run, or was stopped.
func (p *pool) child(ctx context.Context, c cell, id string) (scenarios.Observation, error) {
	r, end, finished, err := p.process(ctx, &c, id)
	if err != nil {
		return c.empty(), err
	}
	o := r.Observation
	if !finished {
		o = c.empty()
		o.Setup.Lacks = p.lacks[c.Executor]
		readProgress(c.Progress, &o)
	}
	classify(&o, end, finished)
	return o, nil
}

// process runs a cell's process to its end and reads what it wrote; finished is
// false where it wrote nothing.
func (p *pool) process(ctx context.Context, c *cell, id string) (r result, end child.Result, finished bool, err error) {
	c.Result = filepath.Join(p.temp, id+".json")
	c.Progress = filepath.Join(p.temp, id+".progress")
	c.Report = p.report
	text, err := c.encode()
	if err != nil {
		return r, end, false, err
	}
	s := child.Spec{Args: os.Args[1:], Env: []string{cellEnv + "=" + text, child.RaceSettings("")}, Deadline: c.Deadline}
	if c.Race {
		s.Program = p.raceBinary
	}
	end, err = child.Run(ctx, s)
	if err == nil && end.End == child.Stopped {
		err = errStopped
	}
	if err != nil {
		return r, end, false, err
	}
	r, finished, err = readResult(c.Result)
	return r, end, finished, err
}

// readResult reads what a child wrote; false where it wrote nothing.
func readResult(file string) (r result, wrote bool, err error) {
	data, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return r, false, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &r)
	}
	if err == nil && r.Trouble != "" {
		err = errors.New(r.Trouble)
	}
	if err != nil {
		return r, false, fmt.Errorf("stress: child: %w", err)
	}
	return r, true, nil
}

// readProgress reads how far a child came that wrote no result: how many
// requests it had made, and the limit that it ran under.
func readProgress(file string, o *scenarios.Observation) {
	data, err := os.ReadFile(file)
	if err != nil {
		return
	}
	line, _, _ := strings.Cut(string(data), "\n")
	var mark progressMark
	if json.Unmarshal([]byte(line), &mark) != nil {
		return
	}
	o.Totals.Requests = mark.Requests
	if mark.Sample.Goroutines > 0 {
		o.Series = append(o.Series, mark.Sample)
	}
	o.Limit = mark.Limit
}
