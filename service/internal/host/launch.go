package host

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"
)

const (
	// supervisorName is the supervisor's name in lists of processes. It is not this
	// program's, so that `pkill -9 stress` leaves it alive to clean up.
	supervisorName = "service-host" // Linux keeps 15 bytes
	// reportsFile and logFile are descriptors of the supervisor: where it writes reports,
	// and the reading end of the log.
	reportsFile, logFile = 3, 4
)

// startWithin is how long the supervisor may take to report that the service has started.
const startWithin = 30 * time.Second

// launch starts the supervisor, which starts the service.
func launch(ctx context.Context, o order) (*Process, error) {
	if o.Path != "" {
		if err := o.find(); err != nil {
			return nil, err
		}
	}
	if !groups {
		return nil, failed("start %s: this system has no process groups: run stress service on Linux, macOS or another Unix", o.Path)
	}
	if os.Getenv(variable) != "" {
		return nil, failed("start the supervisor: this program does not call host.Main first")
	}
	o.Mark, o.Grace = rand.Text(), cmp.Or(o.Grace, standardGrace)
	p := &Process{grace: o.Grace, log: newLog(o.Mark), over: make(chan struct{}), ended: make(chan struct{})}
	reports, err := p.start()
	if err != nil {
		return nil, failed("start the supervisor: %v", err)
	}
	first := make(chan report, 1)
	go p.follow(reports, first)
	if err := json.NewEncoder(p.lifeline).Encode(o); err != nil {
		p.Stop()
		return nil, failed("start the supervisor: %v", err)
	}
	if err := p.awaitStart(ctx, first, o); err != nil {
		end := p.Stop()
		var e *Error
		if errors.As(err, &e) {
			e.Log = end.Log
		}
		return nil, err
	}
	return p, nil
}

// start starts the supervisor and returns the reading end of its reports.
func (p *Process) start() (reports *os.File, err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	var files [4]*os.File
	for i := 0; i < len(files) && err == nil; i += 2 {
		files[i], files[i+1], err = os.Pipe()
	}
	reports, reportsEnd, log, logEnd := files[0], files[1], files[2], files[3]
	p.supervisor = exec.Command(self)
	p.supervisor.Args[0] = supervisorName
	p.supervisor.Env = append(os.Environ(), variable+"=supervisor")
	p.supervisor.Stdout, p.supervisor.Stderr = logEnd, logEnd
	p.supervisor.ExtraFiles = []*os.File{reportsEnd, log}
	ownGroup(p.supervisor)
	if err == nil {
		p.lifeline, err = p.supervisor.StdinPipe()
	}
	if err == nil {
		err = p.supervisor.Start()
	}
	_, _ = reportsEnd.Close(), logEnd.Close()
	if err != nil {
		return nil, errors.Join(err, reports.Close(), log.Close())
	}
	p.closeLog = func() { p.log.end(log) }
	go p.log.read(log)
	return reports, nil
}

// awaitStart waits for the first report.
func (p *Process) awaitStart(ctx context.Context, first <-chan report, o order) error {
	select {
	case r := <-first:
		return r.trouble(o)
	case <-p.over:
		select {
		case r := <-first:
			return r.trouble(o)
		default:
			return failed("start the supervisor: it ended at once")
		}
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(startWithin):
		return failed("start the supervisor: no report within %s: does this program call host.Main first?", startWithin)
	}
}

// trouble is why the service could not be started.
func (r report) trouble(o order) error {
	if r.Failed == "" {
		return nil
	}
	return failed("start %s: %s", o.Path, r.Failed)
}

// follow reads the supervisor's reports, waits for its end, and ends the service where
// the supervisor did not.
func (p *Process) follow(reports *os.File, first chan<- report) {
	defer close(p.over)
	defer reports.Close()
	orderly := false
	for d := json.NewDecoder(reports); ; {
		var r report
		if d.Decode(&r) != nil {
			break
		}
		orderly = orderly || r.Stopped != nil || r.Failed != ""
		p.take(r)
		if first != nil {
			first <- r
			first = nil
		}
	}
	_ = p.supervisor.Wait()
	if !orderly {
		killGroup(p.pid)
	}
	p.finish(End{Sentence: fmt.Sprintf("ended with its supervisor, which something else ended (%s)", p.supervisor.ProcessState), Log: p.log.tail()})
}
