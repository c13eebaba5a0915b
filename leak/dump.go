package leak

import (
	"context"
	"os"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync"

	"github.com/watertight-go/watertight/leak/internal/stack"
)

// Sizes of the buffer for a dump, in bytes. The runtime stops the world for
// each attempt, so a buffer that is too small costs a whole dump more.
const (
	dumpPerGoroutine = 1 << 10
	dumpManyEach     = 1 << 9
	dumpMany         = 20_000
	dumpFloor        = 64 << 10
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
	each := dumpPerGoroutine
	if count > dumpMany {
		each = dumpManyEach
	}
	want := min(dumpFloor+count*each, dumpCap)
	if len(d.buf) < want {
		d.buf = make([]byte, want)
	}
	for {
		n := runtime.Stack(d.buf, true)
		d.truncated = n == len(d.buf) && n >= dumpCap
		if n < len(d.buf) || d.truncated {
			return d.buf[:n]
		}
		d.buf = make([]byte, min(2*len(d.buf), dumpCap))
	}
}

// debugVar is the variable that holds the runtime's settings.
const debugVar = "GODEBUG"

// probeLabel marks the goroutine that asks whether labels are shown.
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
		pprof.SetGoroutineLabels(pprof.WithLabels(context.Background(), pprof.Labels(probeLabel, "1")))
		h, err := self()
		shown <- err == nil && len(h.Labels) > 0
	}()
	return <-shown
}

// self is the header of the calling goroutine.
func self() (stack.Header, error) {
	var buf [4 << 10]byte
	head := buf[:runtime.Stack(buf[:], false)]
	if i := strings.IndexByte(string(head), '\n'); i >= 0 {
		head = head[:i]
	}
	return stack.ParseHeader(head)
}
