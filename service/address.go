package service

import (
	"fmt"
	"net"
	"net/url"
	"strings"
)

// fixedAddress is the address in a URL of the service; empty where {addr} or {port} stands
// for it.
func fixedAddress(text string) (string, error) {
	if strings.Contains(text, "{addr}") || strings.Contains(text, "{port}") {
		return "", nil
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" || u.Hostname() == "" {
		return "", fmt.Errorf("-url: got %q, want http:// with an address, or a path of the service as in /ask", text)
	}
	if ip := net.ParseIP(u.Hostname()); u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return "", fmt.Errorf("-url: got the host %s, want one of the loopback interface: the service is started on this machine", u.Hostname())
	}
	port := u.Port()
	if port == "" {
		port = "80"
	}
	return net.JoinHostPort(u.Hostname(), port), nil
}
