package stress

import (
	"fmt"
	"sync"
)

// How much of a child's output is kept: a dump of 50,000 goroutines is tens of
// megabytes, and its beginning says why it was made.
const (
	keepHead = 192 << 10
	keepTail = 64 << 10
)

// capture is an io.Writer that keeps the beginning and the end.
type capture struct {
	mu      sync.Mutex
	head    []byte
	tail    []byte
	dropped int
}

// Write never fails.
func (c *capture) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := len(p)
	if room := keepHead - len(c.head); room > 0 {
		take := min(room, len(p))
		c.head = append(c.head, p[:take]...)
		p = p[take:]
	}
	c.tail = append(c.tail, p...)
	if len(c.tail) > 2*keepTail {
		cut := len(c.tail) - keepTail
		c.dropped += cut
		c.tail = append(c.tail[:0], c.tail[cut:]...)
	}
	return n, nil
}

// String is what was kept, with a line where something is missing.
func (c *capture) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dropped == 0 {
		return string(c.head) + string(c.tail)
	}
	return fmt.Sprintf("%s\n... %d bytes left out ...\n%s", c.head, c.dropped, c.tail)
}
