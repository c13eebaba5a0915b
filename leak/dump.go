package leak

import (
	"bytes"
	"context"
	"os"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync"

	"github.com/watertight-go/watertight/leak/internal/stack"
)

// Sizes of the buffer for a dump, in bytes. The runtime stops the world and goes
// through all goroutines for each attempt, so a buffer that is too small costs a
// whole dump more. What is too large costs little: pages that nothing is written
// to are never made resident.
const (
	dumpPerGoroutine = 1 << 10
	dumpManyEach     = 1 << 9
	dumpMany         = 20_000
	dumpFloor        = 16 << 10
	dumpCap          = 1 << 30
)

// dumper makes dumps into a buffer that it keeps.
type dumper struct {
	buf []byte
	// truncated says that the last dump did not fit into dumpCap.
	truncated bool
}

// all returns the dump of all goroutines, about count of them. It is valid
// until the next call.
func (d *dumper) all(count int) []byte {
	d.room(count)
	for {
		n := runtime.Stack(d.buf, true)
		d.truncated = n == len(d.buf) && n >= dumpCap
		if n < len(d.buf) || d.truncated {
			return d.buf[:n]
		}
		d.grow()
	}
}

// newcomers are how many goroutines may be started after the buffer was made
// without making another necessary, those that work for a look among them.
const newcomers = 100

// room makes the buffer large enough for count goroutines of the usual size.
func (d *dumper) room(count int) {
	each := dumpPerGoroutine
	if count > dumpMany {
		each = dumpManyEach
	}
	if want := min(dumpFloor+count*each, dumpCap); len(d.buf) < want {
		d.buf = make([]byte, min(want+newcomers*each, dumpCap))
	}
}

// grow makes the buffer large enough for the goroutines that there are, as long
// as the records that did fit are typical.
func (d *dumper) grow() {
	fitted := 1 + bytes.Count(d.buf, []byte("\n\ngoroutine "))
	guess := len(d.buf) / fitted * runtime.NumGoroutine()
	size := max(2*len(d.buf), guess+guess/4)
	// The old buffer may go before the new one comes.
	d.buf = nil
	d.buf = make([]byte, min(size, dumpCap))
}

// debugVar is the variable that holds the runtime's settings.
const debugVar = "GODEBUG"

// probeLabel marks goroutines that work for a look.
const probeLabel = "watertight.probe"

var labelsMu sync.Mutex

// withLabels runs f while the runtime prints labels in dumps. Where it does not
// do so already, GODEBUG gets tracebacklabels=1 for that long; the runtime reads
// it again at every os.Setenv. Where it does already, GODEBUG must be left
// alone: after a change the runtime takes 0 for a setting that is not named,
// not the default, and labels would be off from then on.
func withLabels(f func()) {
	labelsMu.Lock()
	defer labelsMu.Unlock()
	if labelsShown() {
		f()
		return
	}
	before, had := os.LookupEnv(debugVar)
	if os.Setenv(debugVar, strings.TrimPrefix(before+",tracebacklabels=1", ",")) != nil {
		f()
		return
	}
	defer func() {
		if had {
			os.Setenv(debugVar, before)
		} else {
			os.Unsetenv(debugVar)
		}
	}()
	f()
}

// labelsShown asks the runtime for the header of a goroutine that has a label.
// It takes a goroutine of its own: the labels of the calling one could not be
// put back, since nothing can read them.
func labelsShown() bool {
	shown := make(chan bool)
	go func() {
		probe()
		h, err := self()
		shown <- err == nil && len(h.Labels) > 0
	}()
	return <-shown
}

// probe marks the calling goroutine as one of this package's own, which no look
// counts.
func probe() {
	pprof.SetGoroutineLabels(pprof.WithLabels(context.Background(), pprof.Labels(probeLabel, "1")))
}

// self is the header of the calling goroutine. It is what a stack starts with,
// so a buffer that holds no more will do, unless labels make it long.
func self() (stack.Header, error) {
	for buf := make([]byte, 1<<9); ; buf = make([]byte, 8*len(buf)) {
		head, _, whole := bytes.Cut(buf[:runtime.Stack(buf, false)], []byte("\n"))
		if whole || len(buf) >= dumpCap {
			return stack.ParseHeader(head)
		}
	}
}
