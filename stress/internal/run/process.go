package run

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/watertight-go/watertight/internal/child"
	"github.com/watertight-go/watertight/scenarios"
	"github.com/watertight-go/watertight/stress/internal/cell"
)

// errStopped says that a cell did not run to its end because the run was stopped.
var errStopped = errors.New("stopped: the run was interrupted")

// observe runs a cell once, on both clocks where it can. Each clock has a process of
// its own: what one leaves behind is not in the other, and when one dies the other
// is still observed.
func (p *Pool) observe(ctx context.Context, c cell.Cell, id string) (scenarios.Observation, error) {
	if c.VirtualIfPossible && c.OnBothClocks() {
		virtual, stalled, err := p.observeOnce(ctx, c.OnVirtualTime(), id+"-virtual")
		if err != nil || stalled == "" && virtual.Crash == nil {
			return virtual, err
		}
		machine, _, err := p.observeOnce(ctx, c, id)
		return cell.Join(virtual, machine, stalled), err
	}
	machine, _, err := p.observeOnce(ctx, c, id)
	if err != nil || !c.OnBothClocks() {
		return machine, err
	}
	virtual, stalled, err := p.observeOnce(ctx, c.OnVirtualTime(), id+"-virtual")
	if err != nil {
		return machine, err
	}
	return cell.Join(virtual, machine, stalled), nil
}

// observeOnce runs one process of a cell. Whatever it does is in the observation.
// stalled says that virtual time made no progress in it. An error means that the
// cell could not be run, or was stopped.
func (p *Pool) observeOnce(ctx context.Context, c cell.Cell, id string) (o scenarios.Observation, stalled string, err error) {
	r, end, finished, err := p.process(ctx, &c, id)
	if err != nil {
		return c.Empty(), "", err
	}
	o = r.Observation
	if !finished {
		o = c.Empty()
		o.Setup.Lacks = p.Lacks[c.Executor]
		cell.ReadProgress(c.Progress, &o)
	}
	classify(&o, end, finished)
	return o, r.Stalled, nil
}

// process runs the process of a cell to its end and reads its result. finished is
// false where there is no result.
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
