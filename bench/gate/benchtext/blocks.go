package benchtext

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/watertight-go/watertight/bench/gate/internal/format"
)

// block is the output of one package in one run: a header, results, and the line "ok".
type block struct {
	// config are goos, goarch, pkg and cpu, as the header has them.
	config map[string]string
	// ended is the package that the line "ok" names; empty without one.
	ended string
}

func (b *block) pkg() string { return b.config["pkg"] }

// cpu is the processor. Windows and some virtual machines put blanks around and in it.
func (b *block) cpu() string { return strings.Join(strings.Fields(b.config["cpu"]), " ") }

// scanner finds the blocks of a stream, and what failed in it.
type scanner struct {
	stream *stream
	// of is the block of each line that is a result.
	of      []*block
	current *block
	// results says that the current block has results, open that no line has ended it.
	results, open bool
	// begun are the packages whose block another one interrupted.
	begun []string
	// pending are benchmarks that -v or -json has announced and that have no result yet.
	pending []line
	// failed are the benchmarks that failed; with the empty name where none is named.
	failed  map[string]bool
	skipped []string
	errs    []error
}

// header are the lines that go test prints before the first result of a package.
var header = []string{"goos", "goarch", "pkg", "cpu"}

// scan reads all lines. It rewrites results that a benchmark has torn by printing.
func scan(s *stream) *scanner {
	c := &scanner{stream: s, of: make([]*block, len(s.lines)), failed: map[string]bool{}}
	c.begin(nil)
	for i := range s.lines {
		c.mend(i)
		c.line(i)
	}
	for _, l := range c.pending {
		c.errs = append(c.errs, fmt.Errorf("%d: %s began and has no result: the run was cut short", l.number, format.Printable(l.text)))
	}
	return c
}

// begin starts a block with a configuration.
func (c *scanner) begin(config map[string]string) {
	c.current = &block{config: map[string]string{}}
	if c.stream.pkg != "" {
		c.current.config["pkg"] = c.stream.pkg
	}
	for name, value := range config {
		c.current.config[name] = value
	}
	c.results = false
}

var (
	okLine     = regexp.MustCompile(`^(?:ok|FAIL)[ \t]+(\S+)[ \t]`)
	resultName = regexp.MustCompile(`^Benchmark(?:[^\s\p{Ll}]\S*)?(?:\s|$)`)
)

// line reads one line.
func (c *scanner) line(i int) {
	text := c.stream.lines[i].text
	c.failure(i)
	if name, value, ok := headerLine(text); ok {
		c.header(name, value)
		return
	}
	switch {
	case resultName.MatchString(text):
		c.result(i)
	case strings.TrimSpace(text) == "PASS":
		c.open = false
	case okLine.MatchString(text):
		c.end(i, okLine.FindStringSubmatch(text)[1])
	case strings.HasPrefix(strings.TrimSpace(text), "--- SKIP: Benchmark"):
		c.skip(strings.Fields(text)[2])
	}
}

func headerLine(text string) (name, value string, ok bool) {
	name, value, ok = strings.Cut(text, ":")
	return name, strings.TrimSpace(value), ok && slices.Contains(header, name)
}

// header takes a line of a header. A new block keeps what a shortened header does not say
// again.
func (c *scanner) header(name, value string) {
	_, again := c.current.config[name]
	if again && c.stream.pkg == "" || c.results {
		if c.open && c.current.pkg() != "" {
			c.begun = append(c.begun, c.current.pkg())
		}
		config := c.current.config
		if name == "goos" {
			config = nil
		}
		c.begin(config)
	}
	c.current.config[name] = value
	c.open = true
}

// result notes the block of a line that is a result, or that announces one.
func (c *scanner) result(i int) {
	l := c.stream.lines[i]
	if fields := strings.Fields(l.text); len(fields) == 1 {
		c.pending = append(c.pending, line{fields[0], l.number})
		return
	}
	if c.current.ended != "" { // a file from which the headers are missing
		config := c.current.config
		c.begin(config)
	}
	c.of[i], c.results = c.current, true
	c.resolve(strings.Fields(l.text)[0])
}

// resolve takes out of pending what a result, or the end of a benchmark, is of.
func (c *scanner) resolve(name string) {
	c.pending = slices.DeleteFunc(c.pending, func(l line) bool {
		rest, ok := strings.CutPrefix(name, l.text)
		return ok && (rest == "" || rest[0] == '/' || rest[0] == '-')
	})
}

func (c *scanner) skip(name string) {
	c.resolve(name)
	if pkg := c.current.pkg(); pkg != "" {
		name = pkg + "." + name
	}
	c.skipped = append(c.skipped, format.Printable(name))
}

// end takes a line "ok". Where it ends a package whose block another one interrupted, the
// results of both are mixed, and no line says which is whose.
func (c *scanner) end(i int, pkg string) {
	if c.current.pkg() != pkg && slices.Contains(c.begun, pkg) && c.stream.pkg == "" {
		c.errs = append(c.errs, fmt.Errorf("%d: the output of %s and of %s is mixed: no line says which result is whose; run them one after the other, or with -json",
			c.stream.lines[i].number, format.Printable(pkg), format.Printable(c.current.pkg())))
	}
	c.begun = slices.DeleteFunc(c.begun, func(p string) bool { return p == pkg })
	c.current.ended = pkg
	c.open = false
}
