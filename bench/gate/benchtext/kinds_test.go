package benchtext

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/watertight-go/watertight/bench/gate/result"
)

// kind is a pair of files as people have them, with the right answer.
type kind struct {
	name, old, now string
	thresholds     string
	opts           Options
	exit           int
	// says is in what is printed, or in the error.
	says string
}

// check compares the files as stress gate -bench does.
func (k kind) check(t *testing.T) {
	old, err := Parse("old.txt", []byte(k.old))
	now, err2 := Parse("new.txt", []byte(k.now))
	if err == nil {
		err = err2
	}
	k.opts.Thresholds, err2 = ParseThresholds(k.thresholds)
	require.NoError(t, err2)
	var r result.Result
	if err == nil {
		r, err = Compare(old, now, k.opts)
	}
	if err != nil {
		require.Equal(t, 2, k.exit, "%v", err)
		require.ErrorContains(t, err, k.says)
		return
	}
	var b strings.Builder
	require.NoError(t, r.Render(&b, result.RenderOptions{}))
	require.Equal(t, k.exit, r.ExitCode(result.Lenient), b.String())
	require.Contains(t, strings.Join(strings.Fields(b.String()), " "), k.says)
}

func run(t *testing.T, all []kind) {
	for _, k := range all {
		t.Run(k.name, k.check)
	}
}

// other is head of another package, machine the results of x on another machine.
var (
	other   = strings.ReplaceAll(head, "example.com/x", "example.com/y")
	whole   = head + timed("Call", 1, 10, 100, "") + foot
	same    = head + timed("Call", 2, 10, 100, "") + foot
	slow    = head + timed("Call", 3, 10, 150, "") + foot
	machine = strings.ReplaceAll(slow, "cpu: Example", "cpu: Another")
	nowhere = strings.ReplaceAll(slow, "cpu: Example\n", "")
)

// Where nothing that matters could be judged, the gate does not pass.
func TestCouldNotTell(t *testing.T) {
	noisy := head + strings.ReplaceAll(timed("Call", 1, 5, 100, "")+timed("Call", 1, 5, 250, ""), "\t 1000\t", "\t 10\t")
	run(t, []kind{
		{name: "same", old: whole, now: same, says: "Passed"},
		{name: "slower", old: whole, now: slow, exit: 1, says: "+49."},
		{name: "all of a unit unsure", old: noisy, now: noisy, exit: 2, says: "no row of sec/op could be judged: the same code differs by"},
		{name: "one unsure among judged ones", old: noisy + timed("Steady", 1, 10, 100, ""), now: noisy + timed("Steady", 2, 10, 100, ""), says: "Passed: 1 unsure, 1 ok"},
		{name: "a unit that was asked for is only in the new file", old: whole, now: head + timed("Call", 2, 10, 100, "\t 9 allocs/op"), thresholds: "allocs/op=0",
			exit: 2, says: "no row of allocs/op could be judged: only new.txt has it"},
		{name: "a unit that nobody asked for is only in the new file", old: whole, now: head + timed("Call", 2, 10, 100, "\t 9 allocs/op"), says: "Passed: 1 new, 1 ok"},
		{name: "the unit that was asked for is unsure, others are not", old: head + timed("Call", 1, 10, 100, "\t 9 allocs/op"),
			now: strings.ReplaceAll(head, "Example", "B") + timed("Call", 2, 10, 100, "\t 9 allocs/op"), thresholds: "sec/op=5%", exit: 2, says: "no row of sec/op could be judged: another machine"},
		{name: "a unit of no direction", old: head + timed("Call", 1, 10, 100, "\t 7 widgets/op"), now: head + timed("Call", 1, 10, 100, "\t 7 widgets/op"),
			exit: 2, says: "no row of widgets/op could be judged: less or more may be better"},
		{name: "a unit of no direction that is left out", old: head + timed("Call", 1, 10, 100, "\t 7 widgets/op"), now: head + timed("Call", 1, 10, 100, "\t 7 widgets/op"),
			thresholds: "widgets/op=ignore", says: "rows of widgets/op left out, as asked"},
		{name: "a unit in the wrong case", old: whole, now: same, thresholds: "Sec/op=5%", exit: 2, says: `unknown unit "Sec/op": did you mean sec/op? (known: sec/op)`},
		{name: "a unit that is nowhere", old: whole, now: slow, thresholds: "nosuch=5%", exit: 2, says: `unknown unit "nosuch" (known: sec/op)`},
		{name: "a unit of a file without -benchmem", old: whole, now: slow, thresholds: "allocs/op=0", exit: 2, says: `unknown unit "allocs/op"`},
		{name: "ns/op is sec/op", old: whole, now: slow, thresholds: "ns/op=5%", exit: 1, says: "FAILED"},
		{name: "too few samples", old: head + timed("Call", 1, 9, 100, ""), now: same, exit: 2, says: "9 and 10 samples, want 10 or more"},
	})
}

// Two packages may have a benchmark of one name. Without the lines that tell them apart their
// samples are in one row.
func TestMergedNames(t *testing.T) {
	bare := func(text string) string {
		return strings.ReplaceAll(strings.ReplaceAll(text, "pkg: example.com/x\n", ""), "pkg: example.com/y\n", "")
	}
	two := whole + other + timed("Call", 5, 10, 300, "") + strings.ReplaceAll(foot, "/x", "/y")
	lines := func(text string) (all string) {
		for l := range strings.Lines(text) {
			if strings.HasPrefix(l, "Benchmark") {
				all += l
			}
		}
		return all
	}
	again := whole + same
	const named = "BenchmarkCall-2 sec/op"
	run(t, []kind{
		{name: "with the lines", old: two, now: two, says: "Passed: 2 ok"},
		{name: "without", old: two, now: bare(two), exit: 2, says: "not in new.txt"},
		{name: "both without", old: bare(two), now: bare(two), exit: 2, says: "old.txt has this name in several places"},
		{name: "of the same speed", old: bare(whole + other + timed("Call", 5, 10, 100, "") + strings.ReplaceAll(foot, "/x", "/y")), now: bare(two), exit: 2, says: named},
		{name: "results alone", old: lines(whole + other + timed("Only", 4, 10, 20, "") + timed("Call", 5, 10, 100, "")),
			now: lines(whole + other + timed("Only", 4, 10, 20, "") + timed("Call", 5, 10, 100, "")), opts: Options{Machine: SameMachine}, exit: 2, says: "in several places"},
		{name: "one package that ran again", old: again, now: again, says: "Passed: 1 ok"},
		{name: "one package that ran again, without", old: bare(again), now: bare(again), says: "Passed: 1 ok"},
		{name: "results alone of two runs", old: lines(whole+timed("Only", 4, 10, 20, "")) + lines(whole+timed("Only", 4, 10, 20, "")),
			now: lines(whole+timed("Only", 4, 10, 20, "")) + lines(whole+timed("Only", 4, 10, 20, "")), opts: Options{Machine: SameMachine}, says: "Passed: 2 ok"},
	})
}

// Times of two machines are compared only as ratios.
func TestMachines(t *testing.T) {
	trimmed := strings.ReplaceAll(slow, "cpu: Example", "cpu: Example      ")
	pair := func(cpu string, ns, floor float64, name string) string {
		return strings.ReplaceAll(head, "Example", cpu) + timed("Call", 1, 10, ns, "") + timed(name, 2, 10, floor, "") + foot
	}
	inner := func(cpu string, before, after float64) string {
		return strings.ReplaceAll(head, "Example", cpu) + timed("Call/n=5/old", 1, 10, before, "") + timed("Call/n=5/new", 2, 10, after, "") + foot
	}
	run(t, []kind{
		{name: "blanks behind the name", old: whole, now: trimmed, exit: 1, says: "FAILED"},
		{name: "blanks within the name", old: strings.ReplaceAll(whole, "cpu: Example", "cpu: A  B"), now: strings.ReplaceAll(slow, "cpu: Example", "cpu: A B "), exit: 1, says: "FAILED"},
		{name: "another machine", old: whole, now: machine, exit: 2, says: "another machine: Example and Another"},
		{name: "no cpu in the new file", old: whole, now: nowhere, exit: 2, says: "unknown machine: new.txt has no cpu line"},
		{name: "no cpu in the old file", old: nowhere, now: slow, exit: 2, says: "unknown machine: old.txt has no cpu line"},
		{name: "no cpu in both", old: nowhere, now: nowhere, exit: 2, says: "unknown machine"},
		{name: "an empty cpu line", old: whole, now: strings.ReplaceAll(slow, "cpu: Example", "cpu: "), exit: 2, says: "unknown machine: new.txt has no cpu line"},
		{name: "no cpu, but said to be the same", old: whole, now: nowhere, opts: Options{Machine: SameMachine}, exit: 1, says: "FAILED"},
		{name: "two machines in one file", old: whole, now: same + machine, exit: 2, says: "new.txt has runs of several machines: Example and Another"},
		{name: "a floor, as slow as all else", old: pair("Example", 100, 10, "Floor"), now: pair("Another", 1000, 100, "Floor"), says: "Passed: 1 unsure, 1 ok"},
		{name: "a floor, twice as slow", old: pair("Example", 100, 10, "Floor"), now: pair("Another", 2000, 100, "Floor"), exit: 1, says: "20 x example.com/x.BenchmarkFloor-2"},
		{name: "a floor, and no cpu", old: pair("Example", 100, 10, "Floor"), now: strings.ReplaceAll(pair("B", 2000, 100, "Floor"), "cpu: B\n", ""), exit: 1, says: "unknown machine"},
		{name: "a floor of that name", old: pair("Example", 100, 10, "Memcpy"), now: pair("Another", 2000, 100, "Memcpy"), opts: Options{Floor: "Memcpy"}, exit: 1, says: "FAILED: 1 worse, 1 unsure"},
		{name: "no floor of that name", old: pair("Example", 100, 10, "Memcpy"), now: pair("Another", 2000, 100, "Memcpy"), exit: 2, says: "another machine"},
		{name: "a pair, as before", old: inner("Example", 100, 50), now: inner("Another", 1000, 510), says: "Passed: 1 unsure, 1 ok"},
		{name: "a pair, worse", old: inner("Example", 100, 50), now: inner("Another", 1000, 990), exit: 1, says: "x example.com/x.BenchmarkCall/n=5/old-2"},
		{name: "another system", old: whole, now: strings.ReplaceAll(same, "amd64", "arm64"), exit: 2, says: `got goarch ["amd64"] in old.txt and ["arm64"] in new.txt`},
		{name: "another GOMAXPROCS", old: whole, now: strings.ReplaceAll(same, "Call-2", "Call-4"), exit: 2, says: "run with another GOMAXPROCS"},
	})
}

// Which way a unit gets better, and by which value it is judged.
func TestDirection(t *testing.T) {
	rate := func(unit string, center int) string {
		return head + counted("Call", unit, 10, center-3, center-2, center-1, center, center, center+1, center+2, center+3) + foot
	}
	file := func(line string, center int) string { return line + "\n" + rate("widgets", center) }
	run(t, []kind{
		{name: "more MB/s", old: rate("MB/s", 1000), now: rate("MB/s", 1200), says: "Passed: 1 better"},
		{name: "9.5 % fewer MB/s", old: rate("MB/s", 1000), now: rate("MB/s", 905), says: "Passed: 2 ok"},
		{name: "12 % fewer MB/s", old: rate("MB/s", 1000), now: rate("MB/s", 880), exit: 1, says: "-12.0 %, at most -10.0 %"},
		{name: "9.5 % fewer req/s", old: rate("req/s", 1000), now: rate("req/s", 905), says: "Passed: 2 ok"},
		{name: "12 % fewer req/s", old: rate("req/s", 1000), now: rate("req/s", 880), exit: 1, says: "-12.0 %, at most -10.0 %"},
		{name: "12 % fewer ops/s", old: rate("ops/s", 1000), now: rate("ops/s", 880), exit: 1, says: "FAILED"},
		{name: "half of the req/s, 40 % allowed", old: rate("req/s", 1000), now: rate("req/s", 500), thresholds: "req/s=40%", exit: 1, says: "-50.0 %, at most -40.0 %"},
		{name: "fewer, within a threshold with a sign", old: rate("req/s", 1000), now: rate("req/s", 905), thresholds: "req/s=-10%", says: "Passed"},
		{name: "fewer, beyond it", old: rate("req/s", 1000), now: rate("req/s", 905), thresholds: "req/s=-5%", exit: 1, says: "-9.5 %, at most -5.0 %"},
		{name: "more errors/s, of no direction", old: rate("errors/s", 1000), now: rate("errors/s", 2000), exit: 2, says: "less or more may be better"},
		{name: "more errors/s", old: rate("errors/s", 1000), now: rate("errors/s", 2000), thresholds: "errors/s=+10%", exit: 1, says: "+100.1 %"},
		{name: "a line Unit, higher", old: file("Unit widgets better=higher", 1000), now: file("Unit widgets better=higher", 800), exit: 1, says: "-20.0 %"},
		{name: "a line Unit, lower", old: rate("widgets", 1000), now: file("Unit widgets better=lower", 800), says: "Passed: 1 better"},
		{name: "a sign, of a unit that nothing explains", old: rate("widgets", 1000), now: rate("widgets", 880), thresholds: "widgets=-10%", exit: 1, says: "-12.0 %"},
		{name: "a sign against a line Unit", old: rate("widgets", 1000), now: file("Unit widgets better=lower", 1000), thresholds: "widgets=-10%", exit: 2, says: "of widgets, lower is better"},
		{name: "a sign against the unit", old: whole, now: same, thresholds: "sec/op=-10%", exit: 2, says: "of sec/op, lower is better"},
		{name: "a fall of all", old: rate("req/s", 1000), now: rate("req/s", 100), thresholds: "req/s=150%", exit: 2, says: "nothing falls by more"},
		{name: "a slower p99", old: rate("p99-ns", 1000), now: rate("p99-ns", 1300), exit: 1, says: "+30.0 %"},
		{name: "an exact unit, fewer", old: "Unit hits better=higher assume=exact\n" + head + counted("Call", "hits", 10, 8), now: head + counted("Call", "hits", 10, 7), exit: 1, says: "FAILED"},
		{name: "an exact unit, more", old: "Unit hits better=higher assume=exact\n" + head + counted("Call", "hits", 10, 8), now: head + counted("Call", "hits", 10, 9), says: "1 better"},
	})
}
