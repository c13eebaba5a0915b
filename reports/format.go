package reports

import (
	"fmt"
	"math"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/watertight-go/watertight/executor"
)

// duration has three significant digits at most.
func duration(d time.Duration) string {
	switch {
	case d <= -time.Hour || d >= time.Hour:
		return fmt.Sprintf("%.1f h", d.Hours())
	case d <= -time.Minute || d >= time.Minute:
		return fmt.Sprintf("%.1f min", d.Minutes())
	case d <= -time.Second || d >= time.Second:
		return fmt.Sprintf("%.2f s", d.Seconds())
	case d <= -time.Millisecond || d >= time.Millisecond:
		return fmt.Sprintf("%.3g ms", float64(d)/float64(time.Millisecond))
	}
	return fmt.Sprintf("%d us", d.Microseconds())
}

// unit is a scale with its name, as bytes, KiB and MiB are.
type unit struct {
	name  string
	scale float64
	// negative is what less than zero stands for; empty for itself.
	negative string
}

// size is a number of bytes in the unit that keeps it short.
func size(n float64) string {
	u := byteUnit(n)
	return fmt.Sprintf("%.1f %s", n/u.scale, u.name)
}

func byteUnit(n float64) unit {
	switch a := math.Abs(n); {
	case a >= 1<<30:
		return unit{name: "GiB", scale: 1 << 30}
	case a >= 1<<20:
		return unit{name: "MiB", scale: 1 << 20}
	}
	return unit{name: "KiB", scale: 1 << 10}
}

func hourUnit(h float64) unit {
	switch {
	case h >= 2*365*24:
		return unit{"years", 365 * 24, "never"}
	case h >= 48:
		return unit{"days", 24, "never"}
	}
	return unit{"h", 1, "never"}
}

func perRequest(float64) unit { return unit{scale: 1} }

// estimate is an interval in the unit of its center, as "16.6 h ±0.3", with the
// farther of its ends, or where it is lopsided "16.6 h (16.1 to never)": a
// negative time is one that never comes. N is zero where nothing was measured.
func estimate(i Interval, in func(float64) unit) string {
	if i.N == 0 {
		return "not measured"
	}
	u := in(i.Center)
	show := func(f float64) string {
		if f < 0 && u.negative != "" {
			return u.negative
		}
		return fmt.Sprintf("%.3g", f/u.scale)
	}
	center, low, high := show(i.Center), show(i.Low), show(i.High)
	text := strings.TrimSpace(center + " " + u.name)
	if low == center && high == center {
		return text
	}
	near, far := i.Center-i.Low, i.High-i.Center
	if near, far = min(near, far), max(near, far); near > 0 && far <= 1.5*near && i.Low >= 0 {
		return fmt.Sprintf("%s ±%.2g", text, far/u.scale)
	}
	return fmt.Sprintf("%s (%s to %s)", text, low, high)
}

// place is a source line as the last folder and the file, which is short and
// the same on every machine.
func place(file string, line int) string {
	if file == "" {
		return "an unknown place"
	}
	file = strings.ReplaceAll(file, `\`, "/")
	if dir := path.Base(path.Dir(file)); dir != "." && dir != "/" {
		file = dir + "/" + path.Base(file)
	}
	return fmt.Sprintf("%s:%d", file, line)
}

// function is a qualified function or method without its package and receiver,
// which its file tells.
func function(name string) string {
	head, _, _ := strings.Cut(name, "[") // type arguments are import paths too
	head = head[strings.LastIndex(head, "/")+1:]
	if _, method, found := strings.Cut(head, ")."); found {
		return method
	}
	if _, name, found := strings.Cut(head, "."); found {
		return name
	}
	return head
}

// title is what a clause is about; empty for one that this version does not know.
func title(c executor.Clause) string {
	for _, k := range executor.Clauses {
		if k.Clause == c {
			return k.Title
		}
	}
	return ""
}

// join is clauses as "1, 5".
func join(clauses []executor.Clause, sep string) string {
	var parts []string
	for _, c := range clauses {
		parts = append(parts, strconv.Itoa(int(c)))
	}
	return strings.Join(parts, sep)
}

// plural is a count with its noun.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
