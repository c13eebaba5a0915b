package upstream

import (
	"fmt"
	"math"
	"net/http"
	"strconv"

	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/mocks/internal/wirefault"
)

// grpc is the answer to a unary call: an empty message, and its status in the trailer. The
// protocol is described at github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md.
type grpc struct{}

var (
	// message is an empty message of any type: a byte for no compression and four for its
	// length.
	message = []byte{0, 0, 0, 0, 0}
	// noMessage has a field of a wire type that does not exist.
	noMessage = []byte{0, 0, 0, 0, 1, 0x0f}
)

// endless are the pieces of a message that takes hours: 2 MiB, a byte at a time. Clients
// refuse messages above 4 MiB, and a second message of a unary call.
func endless(i int) []byte {
	if i == 0 {
		return []byte{0, 0, 0x20, 0, 0}
	}
	return []byte{0}
}

// Codes of gRPC.
const (
	grpcOK               = 0
	grpcUnknown          = 2
	grpcDeadlineExceeded = 4
	grpcNotFound         = 5
	grpcPermissionDenied = 7
	grpcExhausted        = 8
	grpcInternal         = 13
	grpcUnavailable      = 14
	grpcUnauthenticated  = 16
)

// Play plays what is nearest: statuses become those of gRPC, documents messages, the end
// marker the trailer, and what never ends a message that does not.
func (a grpc) Play(p *wirefault.Player, f wirefault.Fault) error {
	p.W.Header().Set("Content-Type", "application/grpc")
	switch f.Name {
	case mocks.WireOK:
		p.Send(message)
		finish(p, grpcOK, "")
	case mocks.WireHangBeforeHeaders:
		return p.Hang()
	case mocks.WireStreamHangFirst:
		p.Send()
		return p.Hang()
	case mocks.WireHangInBody, mocks.WireStreamHangMid:
		p.Send(message[:2])
		return p.Hang()
	case mocks.WireStreamHangLast:
		p.Send(message)
		return p.Hang()
	case mocks.WireSlowDrip, mocks.WireStreamDrip:
		err := p.Drip(f, len(message), func(i int) []byte { return message[i : i+1] })
		if err == nil {
			finish(p, grpcOK, "")
		}
		return err
	case mocks.WireStreamEndless, mocks.WireWhiteSpace, mocks.WireStreamComments:
		return p.Drip(f, math.MaxInt, endless)
	default:
		return a.breakOff(p, f)
	}
	return nil
}

// breakOff plays the faults that end a call early.
func (a grpc) breakOff(p *wirefault.Player, f wirefault.Fault) error {
	switch f.Name {
	case mocks.WireReset:
		return p.Reset()
	case mocks.WireStreamReset:
		p.Send(message)
		return p.Reset()
	case mocks.WireTruncatedJSON, mocks.WireStreamTruncated:
		p.Send(message[:2])
		finish(p, grpcOK, "")
	case mocks.WireWrongJSON, mocks.WireStreamBadJSON:
		p.Send(noMessage)
		finish(p, grpcOK, "")
	case mocks.WireStreamNoMarker:
		p.Send(message)
	case mocks.WireStreamTooManyRequests:
		p.Send(message)
		finish(p, grpcExhausted, "injected fault: too many requests")
	case mocks.WireStreamServerError:
		p.Send(message)
		finish(p, grpcInternal, "injected fault: server error")
	default:
		a.status(p, f)
	}
	return nil
}

// status ends a call with the code that is nearest to a status of HTTP.
func (a grpc) status(p *wirefault.Player, f wirefault.Fault) {
	status, code := f.Status(), grpcUnknown
	switch status {
	case http.StatusUnauthorized:
		code = grpcUnauthenticated
	case http.StatusForbidden:
		code = grpcPermissionDenied
	case http.StatusNotFound:
		code = grpcNotFound
	case http.StatusTooManyRequests:
		code = grpcExhausted
	case http.StatusInternalServerError:
		code = grpcInternal
	case http.StatusBadGateway, http.StatusServiceUnavailable:
		code = grpcUnavailable
	case http.StatusGatewayTimeout:
		code = grpcDeadlineExceeded
	}
	finish(p, code, fmt.Sprintf("injected fault: status %d", status))
	if f.Time > 0 {
		p.W.Header().Set(http.TrailerPrefix+"Grpc-Retry-Pushback-Ms", strconv.FormatInt(f.Time.Milliseconds(), 10))
	}
}

// finish sets the trailer, which is sent when the handler returns.
func finish(p *wirefault.Player, code int, message string) {
	p.Send()
	p.W.Header().Set(http.TrailerPrefix+"Grpc-Status", strconv.Itoa(code))
	if message != "" {
		p.W.Header().Set(http.TrailerPrefix+"Grpc-Message", message)
	}
}
