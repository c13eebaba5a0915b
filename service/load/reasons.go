package load

import (
	"cmp"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"regexp"
	"strings"
	"syscall"
)

const closed = "connection closed by the service"

// reasons are what can go wrong, each with what is said of it. The first that matches counts.
var reasons = []struct {
	is   func(error, string) bool
	says string
}{
	{matches(nil, "malformed HTTP", "malformed MIME", "looked like an HTTP/1.1 header", "gave HTTP response to HTTPS"), "the answer is not of this protocol"},
	{matches(nil, "client conn could not be established"), "no HTTP/2 connection could be made"},
	{matches(syscall.ECONNREFUSED, "actively refused"), "connection refused"},
	{matches(syscall.ECONNRESET, "connection reset", "forcibly closed"), "connection reset"},
	{matches(syscall.EPIPE, "broken pipe", "server closed idle connection", "unexpected EOF", "client connection lost"), closed},
	{matches(io.EOF), closed},
	{matches(syscall.EMFILE), "too many open files in the load's own process"},
	{matches(syscall.EADDRNOTAVAIL), "no free local port"},
	{matches(syscall.ENETUNREACH), "network not reachable"},
	{matches(syscall.EHOSTUNREACH), "host not reachable"},
	{matches(syscall.ETIMEDOUT), "connection timed out"},
	{matches(os.ErrDeadlineExceeded), "connection timed out"},
	{isNoHost, "no such host"},
	{isCertificate, "certificate not trusted"},
}

// matches finds an error by its value, or by its text where it has no value.
func matches(target error, texts ...string) func(error, string) bool {
	return func(err error, text string) bool {
		if target != nil && errors.Is(err, target) {
			return true
		}
		for _, t := range texts {
			if strings.Contains(text, t) {
				return true
			}
		}
		return false
	}
}

func isNoHost(err error, _ string) bool {
	var dns *net.DNSError
	return errors.As(err, &dns)
}

func isCertificate(err error, _ string) bool {
	var certificate *tls.CertificateVerificationError
	return errors.As(err, &certificate)
}

// http2Error has the code with which a stream or a connection of HTTP/2 ended.
var http2Error = regexp.MustCompile(`(?:(stream) error: stream ID \d+; |ErrCode=|connection error: )([A-Z_0-9]+)`)

// reason says in plain words what went wrong. It has no addresses and no numbers that
// differ from request to request.
func reason(err error) string {
	var g grpcError
	if errors.As(err, &g) {
		return string(g)
	}
	text := err.Error()
	if found := http2Error.FindStringSubmatch(text); found != nil {
		return "HTTP/2 " + cmp.Or(found[1], "connection") + " ended with " + found[2]
	}
	for _, r := range reasons {
		if r.is(err, text) {
			return r.says
		}
	}
	return innermost(err)
}

// inAnswer is the reason of an error that came after the headers.
func inAnswer(err error) string {
	var g grpcError
	if errors.As(err, &g) {
		return string(g)
	}
	return reason(err) + " in the middle of the answer"
}

var digitsOf = regexp.MustCompile(`[0-9]+`)

// innermost is the text of the first cause, with its numbers left out.
func innermost(err error) string {
	for next := errors.Unwrap(err); next != nil; next = errors.Unwrap(err) {
		err = next
	}
	const longestText = 100
	text := strings.Join(strings.Fields(digitsOf.ReplaceAllString(err.Error(), "N")), " ")
	return strings.ToValidUTF8(text[:min(len(text), longestText)], "")
}
