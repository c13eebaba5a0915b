// Package wirefault plays faults of the wire on an http.ResponseWriter: it hangs, drips,
// resets, cuts and refuses. What a healthy answer is, its callers say by a Form.
package wirefault

import (
	"errors"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/watertight-go/watertight/mocks"
)

// Fault is what happens to one answer.
type Fault struct {
	// Name is a fault without its time, or a status from 400 to 599, such as "503".
	Name mocks.WireFault
	// Time is the fault's own time. Zero: that of the Player.
	Time time.Duration
}

// Status is the status of a fault that is one; zero for all others.
func (f Fault) Status() int {
	switch f.Name {
	case mocks.WireTooManyRequests:
		return http.StatusTooManyRequests
	case mocks.WireServerError:
		return http.StatusInternalServerError
	}
	if n, err := strconv.Atoi(string(f.Name)); err == nil && n >= 400 && n <= 599 {
		return n
	}
	return 0
}

// Form is a form of answers: whole, streamed, or that of a protocol.
type Form interface {
	// Play answers with the fault. It returns the errors of the Player's methods, on
	// which the answer ends at once.
	Play(*Player, Fault) error
}

// Player answers one request.
type Player struct {
	W http.ResponseWriter
	// R is the request. Its body was read to the end: net/http notices only then that a
	// client closes the connection.
	R *http.Request
	// RetryAfter is what status 429 asks for, and Every the time between two pieces, where
	// the fault has no time of its own.
	RetryAfter, Every time.Duration
	// Released ends what hangs or drips once it is closed. Nil: nothing does.
	Released <-chan struct{}

	// sent: the headers have left, so that no other answer can be given.
	sent bool
}

// errReleased ends a hang or a drip.
var errReleased = errors.New("released")

// Play answers in that form. Where Released ends it, the answer is healthy if no header
// was sent; otherwise the response is aborted, as it is where the client is gone.
func (p *Player) Play(f Fault, form Form) {
	err := form.Play(p, f)
	if errors.Is(err, errReleased) && !p.sent {
		err = form.Play(p, Fault{Name: mocks.WireOK})
	}
	if err != nil {
		panic(http.ErrAbortHandler) // which net/http does not log
	}
}

// Hang waits until the client is gone or Released is closed, and returns an error.
func (p *Player) Hang() error { return p.wait(nil) }

// wait waits for a tick. It returns an error where the answer ends before.
func (p *Player) wait(tick <-chan time.Time) error {
	select {
	case <-tick:
		return nil
	case <-p.R.Context().Done():
		return http.ErrAbortHandler
	case <-p.Released:
		return errReleased
	}
}

// Send sends the headers, and each piece by itself.
func (p *Player) Send(pieces ...[]byte) {
	p.sent = true
	flush := http.NewResponseController(p.W).Flush
	flush()
	for _, piece := range pieces {
		p.W.Write(piece)
		flush()
	}
}

// Drip sends n pieces, one each time that the fault or else the Player says.
func (p *Player) Drip(f Fault, n int, piece func(int) []byte) error {
	every := f.Time
	if every <= 0 {
		every = p.Every
	}
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for i := range n {
		if err := p.wait(ticker.C); err != nil {
			return err
		}
		p.sent = true
		p.W.Write(piece(i))
		http.NewResponseController(p.W).Flush()
	}
	return nil
}

// Reset closes the connection and discards unsent data. TCP then sends an RST. Of HTTP/2
// it resets the stream (RST_STREAM), and the connection stays. It returns an error.
func (p *Player) Reset() error {
	conn, _, err := http.NewResponseController(p.W).Hijack()
	if err != nil {
		return http.ErrAbortHandler
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	conn.Close()
	return nil
}
