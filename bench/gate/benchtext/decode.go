package benchtext

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/watertight-go/watertight/bench/gate/internal/format"
)

// line is a line of an output, with its number in the file.
type line struct {
	text   string
	number int
}

// stream is what one run of go test printed, in order. The output of go test -json has one
// stream for each package.
type stream struct {
	// pkg is the package, where the stream is of -json.
	pkg   string
	lines []line
}

// toText decodes UTF-8 and UTF-16, with a byte order mark or without: PowerShell's
// redirection writes one or the other. Line ends become those of Unix.
func toText(data []byte) (string, error) {
	decoder := unicode.BOMOverride(transform.Nop)
	if len(data) > 3 && data[1] == 0 && data[3] == 0 && data[0] != 0 {
		decoder = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder()
	} else if len(data) > 3 && data[0] == 0 && data[2] == 0 && data[1] != 0 {
		decoder = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder()
	}
	text, _, err := transform.Bytes(decoder, data)
	if err != nil {
		return "", fmt.Errorf("neither UTF-8 nor UTF-16: %w", err)
	}
	if i := bytes.IndexByte(text, 0); i >= 0 {
		return "", fmt.Errorf("got a zero byte at %d, want text in UTF-8 or UTF-16", i)
	}
	// Files that were put together have marks within.
	return strings.NewReplacer("\ufeff", "", "\r\n", "\n").Replace(string(text)), nil
}

// event is a line of go test -json.
type event struct{ Action, Package, ImportPath, Test, Output string }

// streams splits an output into streams. Lines of -json are events; all others, as messages
// of the go command, are one stream.
func streams(text string) ([]*stream, []error) {
	d := demultiplexer{packages: map[string]*jsonStream{}}
	number := 0
	for text := range strings.SplitSeq(text, "\n") {
		number++
		d.line(line{text, number})
	}
	return d.finish()
}

// demultiplexer puts the events of each package together: go test -json mixes packages.
type demultiplexer struct {
	plain    stream
	order    []*jsonStream
	packages map[string]*jsonStream
	errs     []error
}

// jsonStream is a stream whose last line may be incomplete.
type jsonStream struct {
	stream
	rest string
	// running says that the package has begun and not ended.
	running bool
	last    int
}

func (d *demultiplexer) line(l line) {
	if !strings.HasPrefix(l.text, `{"`) {
		d.plain.lines = append(d.plain.lines, l)
		return
	}
	var e event
	if err := json.Unmarshal([]byte(l.text), &e); err != nil || e.Action == "" {
		d.errs = append(d.errs, fmt.Errorf("%d: got %q: not a whole line of go test -json", l.number, format.Printable(l.text)))
		return
	}
	if strings.HasPrefix(e.Action, "build-") {
		if e.Action == "build-fail" {
			d.errs = append(d.errs, fmt.Errorf("%d: %s was not built: the run failed, want one that passed", l.number, format.Printable(e.ImportPath)))
		}
		return
	}
	p := d.packages[e.Package]
	if p == nil {
		p = &jsonStream{stream: stream{pkg: e.Package}}
		d.packages[e.Package] = p
		d.order = append(d.order, p)
	}
	p.event(e, l.number)
}

// event takes what a package printed, and how it ended.
func (p *jsonStream) event(e event, number int) {
	p.last, p.running = number, true
	switch e.Action {
	case "output":
		p.rest += e.Output
		for {
			text, rest, whole := strings.Cut(p.rest, "\n")
			if !whole {
				return
			}
			p.lines, p.rest = append(p.lines, line{strings.TrimSuffix(text, "\r"), number}), rest
		}
	case "pass", "fail", "skip":
		p.running = e.Test != ""
		if e.Action == "fail" {
			// What printed no line of a failure has failed as well.
			p.lines = append(p.lines, line{"--- FAIL: " + strings.TrimSpace(e.Test+" ("+e.Package+")"), number})
		}
	}
}

func (d *demultiplexer) finish() ([]*stream, []error) {
	all := []*stream{&d.plain}
	for _, p := range d.order {
		if p.rest != "" {
			p.lines = append(p.lines, line{p.rest, p.last})
		}
		if p.running {
			d.errs = append(d.errs, fmt.Errorf("%d: %s did not end: the output was cut short", p.last, format.Printable(p.pkg)))
		}
		all = append(all, &p.stream)
	}
	return all, d.errs
}
