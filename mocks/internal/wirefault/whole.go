package wirefault

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/watertight-go/watertight/mocks"
)

// Whole is an answer that is one JSON document.
type Whole struct{ Doc []byte }

// Play plays the faults that every answer can have. A fault of streams is refused with
// status 501.
func (a Whole) Play(p *Player, f Fault) error {
	if p.W.Header().Get("Content-Type") == "" {
		p.W.Header().Set("Content-Type", "application/json")
	}
	half := a.Doc[:len(a.Doc)/2]
	switch f.Name {
	case mocks.WireOK:
		p.W.Write(a.Doc)
	case mocks.WireHangBeforeHeaders:
		return p.Hang()
	case mocks.WireHangInBody:
		p.W.Header().Set("Content-Length", strconv.Itoa(len(a.Doc)))
		p.Send(half)
		return p.Hang()
	case mocks.WireSlowDrip:
		return p.Drip(f, dripPieces, a.piece)
	case mocks.WireWhiteSpace:
		return p.Drip(f, math.MaxInt, func(int) []byte { return []byte("\n") })
	case mocks.WireReset:
		return p.Reset()
	case mocks.WireTruncatedJSON:
		p.W.Write(half)
	case mocks.WireWrongJSON:
		p.W.Header().Set("Content-Type", "application/json")
		p.W.Write([]byte(`{"object":"list","data":[]}`))
	default:
		p.status(f)
	}
	return nil
}

// dripPieces is in how many pieces a document drips.
const dripPieces = 10

func (a Whole) piece(i int) []byte {
	return a.Doc[i*len(a.Doc)/dripPieces : (i+1)*len(a.Doc)/dripPieces]
}

// status answers with the status of a fault. That of 429 asks for a pause, and so does
// any other whose fault has a time.
func (p *Player) status(f Fault) {
	status := f.Status()
	after := f.Time
	if status == http.StatusTooManyRequests && after <= 0 {
		after = p.RetryAfter
	}
	if after > 0 {
		p.W.Header().Set("Retry-After", strconv.FormatInt(int64((after+time.Second-1)/time.Second), 10))
		p.W.Header().Set("Retry-After-Ms", strconv.FormatInt(after.Milliseconds(), 10))
	}
	if status == 0 {
		Refuse(p.W, http.StatusNotImplemented, "server_error", fmt.Sprintf("fault %q cannot be played here", f.Name))
		return
	}
	Refuse(p.W, status, kindOf(status), messageOf(status))
}

// kindOf is the type of an error, as the Chat Completions API names it.
func kindOf(status int) string {
	switch {
	case status == http.StatusTooManyRequests:
		return "rate_limit_exceeded"
	case status >= http.StatusInternalServerError:
		return "server_error"
	}
	return "invalid_request_error"
}

func messageOf(status int) string {
	text := strings.ToLower(http.StatusText(status))
	switch {
	case status == http.StatusInternalServerError:
		text = "server error"
	case text == "":
		text = fmt.Sprintf("status %d", status)
	}
	return "injected fault: " + text
}

// Refuse answers with a status and a document that says why.
func Refuse(w http.ResponseWriter, status int, kind, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(append(Document(failure(kind, message)), '\n'))
}

// failure is the document of an error.
func failure(kind, message string) map[string]any {
	return map[string]any{"error": map[string]any{"message": message, "type": kind, "code": kind}}
}

// Document is the JSON of strings, numbers, and lists and maps of them.
func Document(v map[string]any) []byte {
	doc, err := json.Marshal(v)
	if err != nil { // strings and numbers always marshal
		panic(err)
	}
	return doc
}
