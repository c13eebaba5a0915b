package load

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// withDefaults fills in what zero values stand for. The caller's values stay as they are.
func (o Options) withDefaults() Options {
	if len(o.Clients) == 0 {
		o.Clients = []Client{{Name: "patient"}}
	}
	clients := make([]Client, len(o.Clients))
	for i, c := range o.Clients {
		if c.Weight == 0 {
			c.Weight = 1
		}
		if c.Patience == 0 {
			c.Patience = max(DefaultPatience, c.LeaveAfter+1)
		}
		clients[i] = c
	}
	o.Clients = clients
	o.Request = o.Request.withDefaults()
	return o
}

func (r Request) withDefaults() Request {
	if r.Protocol == "" {
		r.Protocol = HTTP1
	}
	if r.Method == "" {
		r.Method = http.MethodGet
		if r.Body != "" || r.Protocol == GRPC {
			r.Method = http.MethodPost
		}
	}
	return r
}

// starts is how many requests start.
func (o Options) starts() int {
	const rounding = 1e-6
	n := int(math.Ceil(o.Rate*o.For.Seconds() - rounding))
	if o.Most > 0 && (o.For == 0 || o.Most < n) {
		return o.Most
	}
	return n
}

// Check is the error of Run for these options: nil, or one line for each problem.
func (o Options) Check() error { return o.withDefaults().check() }

func (o Options) check() error {
	problems := o.checkRate()
	problems = append(problems, o.Request.check()...)
	names := map[string]bool{}
	for i, c := range o.Clients {
		problems = append(problems, c.check(fmt.Sprintf("client %d (%s)", i+1, c.Name), o.Request.Protocol)...)
		if names[c.Name] {
			problems = append(problems, fmt.Errorf("load: client %d: the name %q is taken by another", i+1, c.Name))
		}
		names[c.Name] = true
	}
	return errors.Join(problems...)
}

// mostRate is more than this can send.
const mostRate = 1e6

func (o Options) checkRate() (problems []error) {
	if !(o.Rate > 0 && o.Rate <= mostRate) { // also where it is no number
		problems = append(problems, fmt.Errorf("load: rate: got %g requests a second, want more than 0 and at most %g", o.Rate, mostRate))
	}
	if o.For == 0 && o.Most == 0 {
		problems = append(problems, errors.New("load: got neither how long nor how many requests, want one of them"))
	}
	return append(problems,
		notNegative("how long", o.For), notNegative("how many requests", o.Most),
		notNegative("requests in flight", o.MostInFlight), notNegative("number of the first request", o.First))
}

func (c Client) check(place string, p Protocol) (problems []error) {
	if c.Name == "" {
		problems = append(problems, fmt.Errorf("load: %s: got no name", place))
	}
	if c.LeaveAfter >= c.Patience && c.Patience > 0 {
		problems = append(problems, fmt.Errorf("load: %s: it never leaves, because it gives up before (got %s to leave, %s of patience)", place, c.LeaveAfter, c.Patience))
	}
	if c.Events > 0 && p == GRPC {
		problems = append(problems, fmt.Errorf("load: %s: got %d events of a gRPC call, want none: only unary calls are made", place, c.Events))
	}
	return append(problems,
		notNegative(place+": weight", c.Weight), notNegative(place+": patience", c.Patience),
		notNegative(place+": leaves after", c.LeaveAfter), notNegative(place+": events", c.Events))
}

func notNegative[T int | time.Duration](what string, got T) error {
	if got < 0 {
		return fmt.Errorf("load: %s: got %v, want 0 or more", what, got)
	}
	return nil
}

func (r Request) check() (problems []error) {
	switch r.Protocol {
	case HTTP1, H2C, GRPC:
	default:
		problems = append(problems, fmt.Errorf("load: protocol: got %q, want %s, %s or %s", r.Protocol, HTTP1, H2C, GRPC))
	}
	if r.Protocol == GRPC && r.Method != http.MethodPost {
		problems = append(problems, fmt.Errorf("load: method: got %q, want POST: it is a gRPC call", r.Method))
	}
	if !isToken(r.Method) {
		problems = append(problems, fmt.Errorf("load: method: got %q, want a name such as GET", r.Method))
	}
	for name, values := range r.Header {
		if !isToken(name) || strings.ContainsAny(strings.Join(values, ""), "\r\n\x00") {
			problems = append(problems, fmt.Errorf("load: header: got %q: %q, want a name and values of one line", name, values))
		}
	}
	return append(problems, r.checkURL())
}

func (r Request) checkURL() error {
	const example = "want an address such as http://127.0.0.1:8080/path"
	u, err := url.Parse(numbered(r.URL, 0))
	switch {
	case err != nil:
		return fmt.Errorf("load: address: %w, %s", err, example)
	case u.Scheme != "http" && u.Scheme != "https", u.Host == "":
		return fmt.Errorf("load: address: got %q, %s", r.URL, example)
	case u.Scheme == "https" && r.Protocol != HTTP1:
		return fmt.Errorf("load: address: got %q, want http://: %s is without TLS", r.URL, r.Protocol)
	}
	return nil
}

// isToken reports whether a text can be a method or the name of a header (RFC 9110, 5.6.2).
func isToken(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(c rune) bool {
		return c <= ' ' || c >= 0x7f || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, c)
	})
}
