package stack

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// ParseHeader reads a line such as
//
//	goroutine 7 [chan receive (leaked), 3 minutes, locked to thread]:
//	goroutine 7 [sleep labels:{"test": "Z"}]:             Go 1.26
//	goroutine 7 gp=0xc000 m=nil [sleep] {test: Z}:        Go 1.27
func ParseHeader(line []byte) (Header, error) {
	var h Header
	rest, ok := bytes.CutPrefix(line, prefix)
	if !ok {
		return h, badHeader(line, `"goroutine "`)
	}
	id, rest, ok := number(rest)
	if !ok {
		return h, badHeader(line, "a number")
	}
	h.ID = id
	// GOTRACEBACK=system puts gp=, m= and mp= in between.
	open := bytes.IndexByte(rest, '[')
	if open < 0 {
		return h, badHeader(line, `"["`)
	}
	// Everything up to the bracket, or up to the labels of Go 1.26 within it.
	inside := string(rest[open+1:])
	end := strings.IndexByte(inside, ']')
	at := strings.Index(inside, " labels:{")
	if end < 0 {
		return h, badHeader(line, `"]"`)
	}
	if at >= 0 && at < end {
		labels, after, ok := parseLabels(inside[at+len(" labels:{"):])
		if !ok || !strings.HasPrefix(after, "]") {
			return h, badHeader(line, "labels in braces")
		}
		h.Labels = labels
		h.attributes(inside[:at])
		return h, nil
	}
	h.attributes(inside[:end])
	if labels, ok := strings.CutPrefix(inside[end+1:], " {"); ok {
		h.Labels, labels, ok = parseLabels(labels)
		if !ok || !strings.HasPrefix(labels, ":") {
			return h, badHeader(line, "labels in braces")
		}
	}
	return h, nil
}

// ID reads only the number of a header line; zero where there is none. A crash
// prints the stacks of the scheduler as those of goroutine 0.
func ID(line []byte) uint64 {
	rest, ok := bytes.CutPrefix(line, prefix)
	if !ok {
		return 0
	}
	id, _, _ := number(rest)
	return id
}

// attributes reads the state and the list behind it.
func (h *Header) attributes(text string) {
	state, list, more := strings.Cut(text, ", ")
	h.state(state)
	for more {
		var item string
		item, list, more = strings.Cut(list, ", ")
		h.attribute(item)
	}
}

// state takes the marks off the scheduler's word, in whatever order they come.
func (h *Header) state(text string) {
	for {
		var ok bool
		if text, ok = strings.CutSuffix(text, " (leaked)"); ok {
			h.Leaked = true
		} else if text, ok = strings.CutSuffix(text, " (scan)"); ok {
			h.Scan = true
		} else if text, ok = strings.CutSuffix(text, " (durable)"); ok {
			h.Durable = true
		} else if text, ok = strings.CutSuffix(text, " (synctest)"); ok {
			// Go 1.24 says so.
			h.Durable = true
		} else {
			h.State = text
			return
		}
	}
}

func (h *Header) attribute(item string) {
	if item == "locked to thread" {
		h.Locked = true
		return
	}
	if n, ok := strings.CutSuffix(item, " minutes"); ok {
		if minutes, err := strconv.ParseUint(n, 10, 32); err == nil && minutes < maxMinutes {
			h.Wait = time.Duration(minutes) * time.Minute
			return
		}
	}
	// Go 1.24 says group.
	n, ok := strings.CutPrefix(item, "synctest group ")
	if !ok {
		n, ok = strings.CutPrefix(item, "synctest bubble ")
	}
	if ok {
		if bubble, err := strconv.ParseUint(n, 10, 64); err == nil {
			h.Bubble = bubble
			return
		}
	}
	h.Extra = append(h.Extra, item)
}

// maxMinutes is more than time.Duration needs to hold without overflow.
const maxMinutes = 100 * 365 * 24 * 60

// parseLabels reads `key: value, "key": "value"}` and returns what follows.
// Since Go 1.27 only what needs quotes has them.
func parseLabels(s string) (labels []Label, after string, ok bool) {
	for {
		var l Label
		if l.Key, s, ok = labelString(s); !ok {
			return nil, "", false
		}
		if s, ok = strings.CutPrefix(s, ": "); !ok {
			return nil, "", false
		}
		if l.Value, s, ok = labelString(s); !ok {
			return nil, "", false
		}
		labels = append(labels, l)
		if after, end := strings.CutPrefix(s, "}"); end {
			return labels, after, true
		}
		if s, ok = strings.CutPrefix(s, ", "); !ok {
			return nil, "", false
		}
	}
}

// labelString reads a quoted string, or bare text up to the next separator.
func labelString(s string) (text, after string, ok bool) {
	if strings.HasPrefix(s, `"`) {
		quoted, err := strconv.QuotedPrefix(s)
		if err != nil {
			return "", "", false
		}
		text, err := strconv.Unquote(quoted)
		return text, s[len(quoted):], err == nil
	}
	end := strings.IndexAny(s, ":,}")
	if end < 0 {
		return "", "", false
	}
	return s[:end], s[end:], true
}

// number reads leading digits. It is not ok without any, or where they do not
// fit.
func number(b []byte) (n uint64, rest []byte, ok bool) {
	i := 0
	for ; i < len(b) && b[i] >= '0' && b[i] <= '9'; i++ {
		digit := uint64(b[i] - '0')
		if n > (1<<64-1-digit)/10 {
			return 0, b, false
		}
		n = 10*n + digit
	}
	return n, b[i:], i > 0
}

func badHeader(line []byte, want string) error {
	return fmt.Errorf("stack: parse header: got %.80q, want %s", line, want)
}
