package host

import (
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/watertight-go/watertight/internal/plural"
)

// End is how a service ended.
type End struct {
	// Sentence says it, as in "exited with code 2 (panic: boom)", "killed by SIGKILL",
	// "ignored SIGTERM and was killed after 3s".
	Sentence string
	// Fault is the part of it about how it ended when it was stopped: that it ignored SIGTERM,
	// what it left. It is empty where it ended in order. Only Stop sets it.
	Fault string
	// Code is the exit code, Signal the name of the signal that ended it, empty for none.
	Code   int
	Signal string
	// Log are the last lines of its log, at most 20, as they were written.
	Log []string
	// Crash are the first lines of a panic or of a fatal error of the Go runtime, at most
	// 20. It is nil where it did not crash.
	Crash []string
	// Ignored: it did not end in time after SIGTERM. Only Stop sets it.
	Ignored bool
	// Left is how many processes it had started and did not end. Only Stop sets it. Where
	// they cannot be counted it is 1 for any number.
	Left int
}

// Process is a service that runs.
type Process struct {
	supervisor *exec.Cmd
	lifeline   io.WriteCloser
	log        *log
	closeLog   func()
	pid        int
	// over is closed when the supervisor has ended and was collected.
	over chan struct{}
	stop sync.Once
	// grace is how long the service may take to end after SIGTERM.
	grace time.Duration

	ended chan struct{}
	mu    sync.Mutex
	end   End
	how   *stopped
}

// Ended is closed when the service's own process has ended.
func (p *Process) Ended() <-chan struct{} { return p.ended }

// End is how the service ended. Call it once Ended is closed.
func (p *Process) End() End {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.end
}

// PID is the number of the service's own process.
func (p *Process) PID() int { return p.pid }

// Processes is how many processes the service has: its own, and those that it has started.
// It is -1 where they cannot be counted, which is everywhere but on Linux.
func (p *Process) Processes() int { return processes(p.supervisor.Process.Pid) }

// Descriptors is how many files and connections all its processes have open. It is -1
// where they cannot be counted, which is everywhere but on Linux.
func (p *Process) Descriptors() int { return descriptors(p.supervisor.Process.Pid) }

// Stop ends the service: by SIGTERM to its process group, and after its grace by SIGKILL to all
// that is left. When it returns nothing is left. Where the service had ended before, what
// it left is ended. It may be called more than once.
func (p *Process) Stop() End {
	p.stop.Do(func() {
		_, _ = io.WriteString(p.lifeline, stopLine)
		select {
		case <-p.over:
		case <-time.After(p.grace + stopWithin):
			_ = p.supervisor.Process.Kill()
			<-p.over
		}
		_ = p.lifeline.Close()
		p.closeLog()
	})
	<-p.ended
	return p.stopped()
}

// stopped is the end with what stopping has shown.
func (p *Process) stopped() End {
	p.mu.Lock()
	defer p.mu.Unlock()
	end := p.end
	end.Log = p.log.tail() // others than its own process may have gone on
	if p.how == nil {
		return end
	}
	end.Ignored, end.Left = p.how.Ignored, p.how.Left
	var faults []string
	if end.Ignored {
		end.Sentence = fmt.Sprintf("ignored SIGTERM and was killed after %s", p.grace)
		faults = append(faults, end.Sentence)
	}
	if end.Left > 0 {
		left := "left " + countOf(end.Left)
		end.Sentence += ", and " + left
		faults = append(faults, left)
	}
	end.Fault = strings.Join(faults, ", and ")
	if p.how.Alive > 0 {
		alive := fmt.Sprintf(" (%s could not be ended)", plural.Count(p.how.Alive, "process"))
		end.Sentence += alive
		end.Fault += alive
	}
	return end
}

func countOf(left int) string {
	if !countable {
		return "child processes"
	}
	return plural.Count(left, "child process")
}

// take takes a report of the supervisor.
func (p *Process) take(r report) {
	p.mu.Lock()
	p.how = r.Stopped
	if r.Started != 0 {
		p.pid = r.Started
	}
	p.mu.Unlock()
	if r.Ended != nil {
		select { // the log up to its end
		case <-p.log.marked:
		case <-p.log.done:
		}
		p.finish(p.endOf(*r.Ended))
	}
}

// finish notes how the service ended. The first time counts.
func (p *Process) finish(end End) {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.ended:
	default:
		p.end = end
		close(p.ended)
	}
}

// endOf is the end of a process with a status.
func (p *Process) endOf(s status) End {
	end := End{Code: s.Code, Signal: s.Signal, Log: p.log.tail()}
	if s.Code == crashCode || s.Signal == "SIGABRT" {
		end.Crash = p.log.crashed()
	}
	end.Sentence = fmt.Sprintf("exited with code %d", s.Code)
	if s.Signal != "" {
		end.Sentence = "killed by " + s.Signal
	}
	if why := end.why(); why != "" {
		end.Sentence += " (" + why + ")"
	}
	return end
}

// crashCode is the exit code of a Go program that panics.
const crashCode = 2

// longestReason bounds the part of the log in a sentence, in bytes.
const longestReason = 200

// why is the line of the log that says most: the first one of a crash, else the last one
// where the exit code tells of trouble.
func (e End) why() string {
	switch {
	case len(e.Crash) > 0:
		return shorten(e.Crash[0])
	case e.Signal != "" || e.Code == 0:
		return ""
	}
	for i := len(e.Log) - 1; i >= 0; i-- {
		if line := strings.TrimSpace(e.Log[i]); line != "" {
			return shorten(line)
		}
	}
	return ""
}

func shorten(line string) string {
	line = strings.ToValidUTF8(strings.TrimSpace(line), "")
	if len(line) > longestReason {
		line = strings.ToValidUTF8(line[:longestReason], "") + "..."
	}
	return line
}
