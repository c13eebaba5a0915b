package benchtext

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/watertight-go/watertight/bench/gate/internal/format"
)

var (
	failed = regexp.MustCompile(`^(?:\s*--- FAIL\b|FAIL\b|panic: |fatal error: |SIG[A-Z]+: |signal: |\*\*\* Test killed|exit status [1-9])`)
	// crashed is a failure behind the name of a benchmark, which go test prints first.
	crashed = regexp.MustCompile(`^(Benchmark\S*)\s+((?:panic: |fatal error: |SIG[A-Z]+: |--- FAIL).*)`)
	// rest is what follows the name in a result.
	rest = regexp.MustCompile(`^ *\d+\t *[0-9.eE+-]+ [^\s\d]\S*`)
	// count is the first field behind the name.
	count = regexp.MustCompile(`^\S+\s+\d+(?:\s|$)`)
)

// failure is an error for a line that go test prints where a benchmark or a package failed.
// What says only that something failed counts where nothing before said what.
func (c *scanner) failure(i int) {
	text := c.stream.lines[i].text
	name, rest, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(text), "--- FAIL: "), " ")
	switch m := crashed.FindStringSubmatch(text); {
	case m != nil:
		c.fail(i, m[1], m[2])
	case !failed.MatchString(text):
	case strings.HasPrefix(name, "Benchmark") || strings.HasPrefix(name, "Test"):
		c.fail(i, name, "failed")
	case len(c.pending) > 0 && !strings.HasPrefix(text, "FAIL"):
		c.fail(i, c.pending[len(c.pending)-1].text, text)
		c.pending = nil
	case len(c.failed) == 0:
		c.fail(i, "", strings.TrimSpace(name+" "+rest))
	}
}

// fail notes that a benchmark failed, once; an empty name stands for the run.
func (c *scanner) fail(i int, name, what string) {
	c.resolve(name)
	if c.failed[name] {
		return
	}
	c.failed[name] = true
	if name != "" {
		what = name + ": " + what
	}
	c.errs = append(c.errs, fmt.Errorf("%d: got %q: the run failed, want one that passed", c.stream.lines[i].number, format.Printable(what)))
}

// mend puts a result together that the benchmark itself has torn: what it prints comes
// between its name and its figures.
//
//	BenchmarkCall-8   	2026/11/28 12:00:00 listening
//	     100	  10123 ns/op
func (c *scanner) mend(i int) {
	lines := c.stream.lines
	fields := strings.Fields(lines[i].text)
	if !resultName.MatchString(lines[i].text) || len(fields) == 0 || count.MatchString(lines[i].text) || crashed.MatchString(lines[i].text) {
		return
	}
	for j := i + 1; j < len(lines); j++ {
		switch text := lines[j].text; {
		case rest.MatchString(text):
			lines[i].text, lines[j].text = fields[0]+"\t"+text, ""
			return
		case resultName.MatchString(text), failed.MatchString(text), okLine.MatchString(text), text == "PASS":
			return
		}
	}
}
