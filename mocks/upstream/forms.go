package upstream

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/mocks/internal/chat"
	"github.com/watertight-go/watertight/mocks/internal/wirefault"
)

// mostBody is how much of a body is kept, in bytes. The rest is read and dropped.
const mostBody = 1 << 20

// formOf is the form of the answer to a request. It reads the body to its end: net/http
// notices only then that a client closes the connection.
func formOf(r *http.Request) wirefault.Form {
	body, _ := io.ReadAll(io.LimitReader(r.Body, mostBody))
	io.Copy(io.Discard, r.Body)
	if isGRPC(r) {
		return grpc{}
	}
	if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/chat/completions") {
		if q, err := chat.Read(body); err == nil {
			return q.Form()
		}
	}
	if wantsStream(r, body) {
		return streamOf(r)
	}
	return wirefault.Whole{Doc: append(wirefault.Document(about(r)), '\n')}
}

func isGRPC(r *http.Request) bool {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return kind == "application/grpc" || strings.HasPrefix(kind, "application/grpc+")
}

func wantsStream(r *http.Request, body []byte) bool {
	if strings.Contains(strings.Join(r.Header.Values("Accept"), ","), "text/event-stream") {
		return true
	}
	var wants struct{ Stream bool }
	return json.Unmarshal(body, &wants) == nil && wants.Stream
}

// about is the healthy answer to any request.
func about(r *http.Request) map[string]any {
	return map[string]any{"upstream": "ok", "method": r.Method, "path": r.URL.Path}
}

// streamOf is the healthy stream for any request. Its last event is named, so that no
// client takes it for data.
func streamOf(r *http.Request) wirefault.Stream {
	piece := func(i int) []byte {
		event := about(r)
		event["event"] = i
		return wirefault.Event(event)
	}
	s := wirefault.Stream{Piece: piece}
	for i := range mocks.WireStreamPieces {
		s.Events = append(s.Events, piece(i))
	}
	s.Events = append(s.Events, []byte("event: end\ndata: {}\n\n"))
	return s
}

// ofWhole are the faults that a whole answer has in place of those of streams.
var ofWhole = map[mocks.WireFault]mocks.WireFault{
	mocks.WireStreamHangFirst:       mocks.WireHangInBody,
	mocks.WireStreamHangMid:         mocks.WireHangInBody,
	mocks.WireStreamHangLast:        mocks.WireHangInBody,
	mocks.WireStreamDrip:            mocks.WireSlowDrip,
	mocks.WireStreamEndless:         mocks.WireWhiteSpace,
	mocks.WireStreamComments:        mocks.WireWhiteSpace,
	mocks.WireStreamTruncated:       mocks.WireTruncatedJSON,
	mocks.WireStreamBadJSON:         mocks.WireTruncatedJSON,
	mocks.WireStreamNoMarker:        mocks.WireTruncatedJSON,
	mocks.WireStreamReset:           mocks.WireReset,
	mocks.WireStreamTooManyRequests: mocks.WireTooManyRequests,
	mocks.WireStreamServerError:     mocks.WireServerError,
}

// fitting is the fault itself, or the nearest one that the form can have. A stream can
// have every fault of a whole answer.
func fitting(f wirefault.Fault, form wirefault.Form) wirefault.Fault {
	if _, whole := form.(wirefault.Whole); !whole {
		return f
	}
	if name, ok := ofWhole[f.Name]; ok {
		f.Name = name
	}
	return f
}
