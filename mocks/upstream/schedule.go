package upstream

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/watertight-go/watertight/internal/nearest"
	"github.com/watertight-go/watertight/mocks"
	"github.com/watertight-go/watertight/mocks/internal/wirefault"
)

// Phase is a fault and how long it is played.
type Phase struct {
	// Fault is one of package mocks, with or without a time of its own, or a status from
	// 400 to 599, such as "503" or "503@2s", whose time is its Retry-After.
	Fault mocks.WireFault
	// For is how long. Zero: for ever.
	For time.Duration
}

// Schedule is what a Server plays, one phase after another. The last phase stays. An
// empty Schedule is healthy.
type Schedule []Phase

// aliases are other names of faults. "sse-" in place of "stream-" needs none.
var aliases = map[string]mocks.WireFault{
	"healthy": mocks.WireOK, "200": mocks.WireOK,
	"hang": mocks.WireHangBeforeHeaders, "hang-headers": mocks.WireHangBeforeHeaders,
	"hang-body": mocks.WireHangInBody,
	"drip":      mocks.WireSlowDrip,
	"spaces":    mocks.WireWhiteSpace,
	"429":       mocks.WireTooManyRequests, "500": mocks.WireServerError,
	"rst":       mocks.WireReset,
	"truncated": mocks.WireTruncatedJSON, "wrong": mocks.WireWrongJSON,
	"sse-hang": mocks.WireStreamHangMid, "stream-hang": mocks.WireStreamHangMid,
	"sse-429": mocks.WireStreamTooManyRequests, "sse-500": mocks.WireStreamServerError,
}

// Names are all names of faults that Parse knows, in alphabetical order, besides statuses.
func Names() []string {
	names := slices.Collect(maps.Keys(aliases))
	for _, f := range append(mocks.WireFaults(), mocks.WireStreamFaults()...) {
		names = append(names, string(f))
		if rest, isStream := strings.CutPrefix(string(f), "stream-"); isStream {
			names = append(names, "sse-"+rest)
		}
	}
	slices.Sort(names)
	return names
}

// Parse reads a schedule: phases with commas between them, each a fault and, after a
// colon, how long it is played, as in "ok:10s,hang:60s,drip@50ms:5s,429". Only the last
// phase may have no time. The names are those of Names, and any status from 400 to 599.
// The error tells everything that is wrong.
func Parse(text string) (Schedule, error) {
	var s Schedule
	var errs []error
	items := strings.Split(text, ",")
	for i, item := range items {
		p, err := parsePhase(strings.TrimSpace(item))
		if err == nil && p.For == 0 && i < len(items)-1 {
			err = fmt.Errorf("got no time, want one, as in %s:10s: only the last phase may have none", item)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("schedule: phase %d (%q): %w", i+1, item, err))
		}
		s = append(s, p)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return s, nil
}

func parsePhase(item string) (p Phase, err error) {
	name, length, timed := strings.Cut(item, ":")
	if p.Fault, err = parseFault(name); err != nil {
		return p, err
	}
	if timed {
		p.For, err = parseTime(length)
	}
	return p, err
}

// parseFault reads a name with or without a time of its own.
func parseFault(text string) (mocks.WireFault, error) {
	name, own, timed := strings.Cut(text, "@")
	fault, err := faultNamed(name)
	if err != nil || !timed {
		return fault, err
	}
	d, err := parseTime(own)
	return fault.For(d), err
}

func faultNamed(name string) (mocks.WireFault, error) {
	if name == "" {
		return "", errors.New("got no fault, want one, as in ok:10s")
	}
	if f, ok := aliases[name]; ok {
		return f, nil
	}
	if rest, isStream := strings.CutPrefix(name, "sse-"); isStream && slices.Contains(Names(), name) {
		return mocks.WireFault("stream-" + rest), nil
	}
	if slices.Contains(Names(), name) || (wirefault.Fault{Name: mocks.WireFault(name)}).Status() != 0 {
		return mocks.WireFault(name), nil
	}
	if n, err := strconv.Atoi(name); err == nil {
		return "", fmt.Errorf("got the status %d, want one from 400 to 599, or 200", n)
	}
	return "", nearest.Unknown("fault", name, Names(), "stress upstream -help lists them")
}

func parseTime(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		return 0, fmt.Errorf("got the time %q, want one above zero, such as 10s", text)
	}
	return d, nil
}

// String is the schedule as Parse reads it.
func (s Schedule) String() string {
	var items []string
	for _, p := range s {
		items = append(items, p.String())
	}
	return strings.Join(items, ",")
}

// String is the phase as Parse reads it.
func (p Phase) String() string {
	if p.For == 0 {
		return string(p.Fault)
	}
	return string(p.Fault) + ":" + p.For.String()
}

// at is the fault that is played so long after the start.
func (s Schedule) at(since time.Duration) mocks.WireFault {
	for i, p := range s {
		if p.For == 0 || since < p.For || i == len(s)-1 {
			return p.Fault
		}
		since -= p.For
	}
	return mocks.WireOK
}
