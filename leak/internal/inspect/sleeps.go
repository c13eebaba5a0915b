package inspect

import (
	"time"

	"github.com/watertight-go/watertight/leak/internal/stack"
)

// maxSleeps bounds Inspection.Sleeps.
const maxSleeps = 100

func (r *reader) noteSleep(id uint64, h *head, body []byte) {
	if h.header.State != "sleep" || len(r.Sleeps) == maxSleeps {
		return
	}
	if d := stack.Sleep(body); d > 0 {
		if r.Sleeps == nil {
			r.Sleeps = map[uint64]time.Duration{}
		}
		r.Sleeps[id] = d
	}
}
