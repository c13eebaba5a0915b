package benchtext

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/unicode"
)

// events are an output as go test -json prints it, which tears results in two.
func events(pkg, text string) (lines []string) {
	add := func(action, output string) {
		e := map[string]string{"Action": action, "Package": pkg}
		if output != "" {
			e["Output"] = output
		}
		data, _ := json.Marshal(e) // a map of strings
		lines = append(lines, string(data))
	}
	add("start", "")
	for l := range strings.Lines(text) {
		name, rest, torn := strings.Cut(l, "\t")
		if torn && strings.HasPrefix(l, "Benchmark") {
			add("output", name+"\t")
			l = rest
		}
		add("output", l)
	}
	add("pass", "")
	return lines
}

// mixed puts the lines of two outputs in turns.
func mixed(a, b []string) string {
	var out strings.Builder
	for i := range max(len(a), len(b)) {
		for _, lines := range [][]string{a, b} {
			if i < len(lines) {
				fmt.Fprintln(&out, strings.TrimSuffix(lines[i], "\n"))
			}
		}
	}
	return out.String()
}

// utf16 encodes a text as PowerShell does.
func utf16(t *testing.T, order unicode.Endianness, mark unicode.BOMPolicy, text string) string {
	t.Helper()
	s, err := unicode.UTF16(order, mark).NewEncoder().String(strings.ReplaceAll(text, "\n", "\r\n"))
	require.NoError(t, err)
	return s
}

// Files in all the encodings in which people have them.
func TestEncodings(t *testing.T) {
	run(t, []kind{
		{name: "UTF-8 with a mark", old: whole, now: "\ufeff" + slow, exit: 1, says: "FAILED: 1 worse"},
		{name: "CRLF", old: strings.ReplaceAll(whole, "\n", "\r\n"), now: slow, exit: 1, says: "FAILED: 1 worse"},
		{name: "UTF-16", old: whole, now: utf16(t, unicode.LittleEndian, unicode.UseBOM, slow), exit: 1, says: "FAILED: 1 worse"},
		{name: "UTF-16, big end first", old: utf16(t, unicode.BigEndian, unicode.UseBOM, whole), now: same, says: "Passed: 1 ok"},
		{name: "UTF-16 without a mark", old: whole, now: utf16(t, unicode.LittleEndian, unicode.IgnoreBOM, slow), exit: 1, says: "FAILED: 1 worse"},
		{name: "two files in one, each with a mark", old: whole, now: "\ufeff" + slow + "\ufeff" + slow, exit: 1, says: "n=10+20"},
		{name: "json in UTF-16", old: whole, now: utf16(t, unicode.LittleEndian, unicode.UseBOM, strings.Join(events("example.com/x", slow), "\n")), exit: 1, says: "FAILED: 1 worse"},
		{name: "UTF-16 cut in a character", old: whole, now: utf16(t, unicode.LittleEndian, unicode.UseBOM, slow)[:31], exit: 2, says: ""},
		{name: "zero bytes", old: whole, now: whole + "\x00\x00", exit: 2, says: "got a zero byte"},
		{name: "empty", old: whole, now: "", exit: 2, says: "got no benchmark result"},
	})
}

// Outputs of every form of go test.
func TestForms(t *testing.T) {
	y := other + timed("Call", 5, 10, 300, "") + strings.ReplaceAll(foot, "/x", "/y")
	slowY := other + timed("Call", 5, 10, 600, "") + strings.ReplaceAll(foot, "/x", "/y")
	xEvents, yEvents := events("example.com/x", whole), events("example.com/y", slowY)
	verbose := head + "BenchmarkCall\n" + timed("Call", 3, 10, 150, "") + foot
	sub := head + "=== RUN   BenchmarkCall\nBenchmarkCall\nBenchmarkCall/n=5\n" + timed("Call/n=5", 1, 10, 100, "") + "BenchmarkCall/n=6\n" + timed("Call/n=6", 1, 10, 100, "") + foot
	prints := strings.ReplaceAll(slow, "\t 1000\t", "\t2026/11/28 12:00:00 listening on 127.0.0.1\n2026/11/28 12:00:00 bye\n     100\t ")
	logs := strings.ReplaceAll(slow, " ns/op", " ns/op\n--- BENCH: BenchmarkCall-2\n    x_test.go:7: N=100")
	run(t, []kind{
		{name: "json", old: whole, now: strings.Join(events("example.com/x", slow), "\n"), exit: 1, says: "FAILED: 1 worse"},
		{name: "json of both", old: strings.Join(xEvents, "\n"), now: strings.Join(events("example.com/x", same), "\n"), says: "Passed: 1 ok"},
		{name: "json of two packages, mixed", old: whole + y, now: mixed(xEvents, yEvents), exit: 1, says: "✗ example.com/y.BenchmarkCall-2 sec/op"},
		{name: "json with messages of the go command", old: whole, now: "go: downloading example.com/z v1.0.0\n" + strings.Join(events("example.com/x", slow), "\n"), exit: 1, says: "FAILED"},
		{name: "json that was filtered", old: whole, now: strings.ReplaceAll(strings.Join(events("example.com/x", slow), "\n"), `"Output":"pkg: example.com/x\n"`, `"Output":"\n"`), exit: 1, says: "FAILED: 1 worse"},
		{name: "json that was cut short", old: whole, now: strings.Join(xEvents[:len(xEvents)-3], "\n"), exit: 2, says: "example.com/x did not end: the output was cut short"},
		{name: "json that was cut in a line", old: whole, now: strings.Join(xEvents, "\n")[:900], exit: 2, says: "not a whole line of go test -json"},
		{name: "-v", old: whole, now: verbose, exit: 1, says: "FAILED: 1 worse"},
		{name: "-v with subbenchmarks", old: sub, now: sub, says: "Passed: 2 ok"},
		{name: "-v that was cut short", old: whole, now: whole + other + "BenchmarkLast\n", exit: 2, says: "BenchmarkLast began and has no result"},
		{name: "-count in several blocks", old: whole + same, now: same + whole + same, says: "n=20+30"},
		{name: "-cpu", old: head + timed("Call", 1, 10, 100, "") + strings.ReplaceAll(timed("Call", 1, 10, 60, ""), "Call-2", "Call-4"),
			now: head + timed("Call", 1, 10, 100, "") + strings.ReplaceAll(timed("Call", 1, 10, 90, ""), "Call-2", "Call-4"), exit: 1, says: "✗ example.com/x.BenchmarkCall-4 sec/op"},
		{name: "more packages, some without benchmarks", old: whole + "?   \texample.com/z\t[no test files]\nPASS\nok  \texample.com/w\t0.1s\n" + y,
			now: whole + "PASS\nok  \texample.com/w\t0.1s\n" + slowY, exit: 1, says: "✗ example.com/y.BenchmarkCall-2 sec/op"},
		{name: "two packages that are mixed", old: whole + y, now: mixed(strings.SplitAfter(whole, "\n"), strings.SplitAfter(slowY, "\n")), exit: 2, says: "is mixed: no line says which result is whose"},
		{name: "two packages, block by block", old: whole + y, now: whole + y + same + y, says: "Passed: 2 ok"},
		{name: "a benchmark that prints", old: whole, now: prints, exit: 1, says: "FAILED: 1 worse"},
		{name: "a benchmark that logs", old: whole, now: logs, exit: 1, says: "FAILED: 1 worse"},
		{name: "a message that looks like a benchmark", old: whole, now: "Benchmarking takes a minute\n" + slow, exit: 1, says: "FAILED: 1 worse"},
		{name: "a long line", old: whole, now: strings.Repeat("x", 1<<17) + "\n" + slow, exit: 1, says: "FAILED: 1 worse"},
		{name: "a line that was cut", old: whole, now: whole + "BenchmarkLast-2 \t 1000\n", exit: 2, says: "new.txt:17: missing measurements: not a whole benchmark line"},
	})
}

// What did not run to its end is named, and the gate does not pass.
func TestFailures(t *testing.T) {
	run(t, []kind{
		{name: "skipped in both", old: head + "--- SKIP: BenchmarkNet\n    x_test.go:9: no network\n" + timed("Call", 1, 10, 100, ""),
			now: head + "--- SKIP: BenchmarkNet\n" + timed("Call", 2, 10, 100, ""), says: "skipped, and not compared: example.com/x.BenchmarkNet"},
		{name: "skipped now", old: head + timed("Net", 1, 10, 50, "") + timed("Call", 1, 10, 100, ""),
			now: head + "BenchmarkNet\n--- SKIP: BenchmarkNet\n" + timed("Call", 2, 10, 100, ""), exit: 2, says: "missing: it was skipped"},
		{name: "a subbenchmark skipped now", old: head + timed("Net/a", 1, 10, 50, ""), now: head + "    --- SKIP: BenchmarkNet/a\n" + timed("Net/b", 2, 10, 100, ""), exit: 2, says: "it was skipped"},
		{name: "failed", old: whole, now: head + timed("Call", 2, 10, 100, "") + "--- FAIL: BenchmarkBad\n    x_test.go:9: bad\nFAIL\nexit status 1\nFAIL\texample.com/x\t1s\n",
			exit: 2, says: `new.txt:15: got "BenchmarkBad: failed": the run failed`},
		{name: "failed in the old file", old: head + timed("Call", 2, 10, 100, "") + "--- FAIL: BenchmarkBad-2\nFAIL\n", now: slow, exit: 2, says: "BenchmarkBad-2: failed"},
		{name: "panicked", old: whole, now: head + timed("Call", 2, 10, 100, "") + "BenchmarkBad-2   \tpanic: boom\n\ngoroutine 7 [running]:\nexit status 2\nFAIL\texample.com/x\t1s\n",
			exit: 2, says: "BenchmarkBad-2: panic: boom"},
		{name: "panicked on a line of its own", old: whole, now: head + "BenchmarkBad\npanic: boom\n\ngoroutine 7 [running]:\nFAIL\texample.com/x\t1s\n", exit: 2, says: "BenchmarkBad: panic: boom"},
		{name: "deadlock", old: whole, now: whole + "fatal error: all goroutines are asleep - deadlock!\n", exit: 2, says: "fatal error: all goroutines"},
		{name: "did not build", old: whole, now: whole + "FAIL\texample.com/y [build failed]\n", exit: 2, says: "example.com/y [build failed]"},
		{name: "json of one that failed", old: whole, now: strings.Join(events("example.com/x", whole), "\n") + "\n" + `{"Action":"fail","Package":"example.com/x","Test":"BenchmarkBad"}` + "\n" + `{"Action":"fail","Package":"example.com/x"}`,
			exit: 2, says: "BenchmarkBad: failed"},
		{name: "json of one that was not built", old: whole, now: `{"ImportPath":"example.com/y","Action":"build-fail"}` + "\n" + strings.Join(events("example.com/x", whole), "\n"), exit: 2, says: "example.com/y was not built"},
		{name: "json of one that was skipped", old: whole, now: strings.Join(events("example.com/x", strings.Replace(same, foot, "--- SKIP: BenchmarkNet\n"+foot, 1)), "\n"), says: "example.com/x.BenchmarkNet"},
		{name: "a name alone", old: whole, now: head + "BenchmarkOther-2", exit: 2, says: "began and has no result"},
	})
}
