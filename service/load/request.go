package load

import (
	"context"
	"encoding/binary"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// numbered puts the number of a request into a text.
func numbered(text string, n int) string {
	if !strings.Contains(text, "{n}") {
		return text
	}
	return strings.ReplaceAll(text, "{n}", strconv.Itoa(n))
}

// headerFor is what a client sends with each request. Requests share it: nothing changes it.
func (r Request) headerFor(c Client) http.Header {
	h := r.Header.Clone()
	if h == nil {
		h = http.Header{}
	}
	byDefault := func(name, value string) {
		if h.Get(name) == "" {
			h.Set(name, value)
		}
	}
	if c.Events > 0 {
		byDefault("Accept", eventStream)
	}
	if r.Protocol == GRPC {
		byDefault("Content-Type", "application/grpc")
		byDefault("Te", "trailers")
	}
	return h
}

// number makes request n.
func (r Request) number(ctx context.Context, n int, header http.Header) (*http.Request, error) {
	body := numbered(r.Body, n)
	if r.Protocol == GRPC {
		body = frame(body)
	}
	request, err := http.NewRequestWithContext(ctx, r.Method, numbered(r.URL, n), strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header = header
	if host := header.Get("Host"); host != "" {
		request.Host = host
	}
	if r.Protocol == HTTP1 {
		sendOnce(request)
	}
	return request, nil
}

// sendOnce keeps net/http from sending a request again after its connection broke. It does
// so for GET and other methods without effects, as often as there are idle connections:
// a handler that panics would get more requests than were sent. It does not where the body
// cannot be had a second time. An empty body of the identity encoding is no body on the wire;
// without an encoding, net/http would start a goroutine to read its first byte.
func sendOnce(r *http.Request) {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		r.GetBody = nil
		if r.Body == http.NoBody {
			r.Body, r.TransferEncoding = io.NopCloser(strings.NewReader("")), identity
		}
	}
}

var identity = []string{"identity"}

// frame is a gRPC message on the wire: a byte that says that it is not compressed, its
// length, and itself.
func frame(message string) string {
	head := binary.BigEndian.AppendUint32([]byte{0}, uint32(len(message)))
	return string(head) + message
}
