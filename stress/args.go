package stress

import "time"

// cli is the command line as kong reads it.
type cli struct {
	Run      runArgs      `cmd:"" default:"withargs" help:"Run executors through scenarios and write a report (the default command)."`
	Test     testArgs     `cmd:"" help:"Run the tests of a Go module under a leak check; nothing in the module is changed."`
	Attach   attachArgs   `cmd:"" help:"Watch running services through net/http/pprof: which places leak, how fast, which are proven."`
	Service  serviceArgs  `cmd:"" help:"Run a service before and after a fix against an upstream that misbehaves, under load: what each leaves behind."`
	Upstream upstreamArgs `cmd:"" help:"Listen as an upstream that hangs, drips, refuses and resets by a schedule, for services under test."`
	Port     portArgs     `cmd:"" help:"Rewrite the calls of goleak and leaktest in Go files to those of package leak."`
	List     listArgs     `cmd:"" help:"List the executors, the scenarios and the clauses of the contract."`
	Gate     gateArgs     `cmd:"" help:"Compare a quick run, a report or go test -bench output with a baseline. Exit code 1: it is worse."`
	Bench    benchArgs    `cmd:"" help:"Run the benchmarks of two versions of a Go module in turns, and compare them. Exit code 1: it is worse."`
	Baseline baselineArgs `cmd:"" help:"Write the baseline that gate compares with."`
	Report   reportArgs   `cmd:"" help:"Print the report.json of an earlier run, or of test, again, in any format."`
	Merge    mergeArgs    `cmd:"" help:"Join the reports of all shards of a run, or of test, into one."`
	Diff     diffArgs     `cmd:"" help:"Compare two pprof profiles of any program: a table, and flame graphs as a page."`
	Version  versionArgs  `cmd:"" help:"Print the version of this program and of Go."`
}

// runArgs are the flags of run.
type runArgs struct {
	colorArgs
	Before     string        `help:"The executor that all others are compared with. Default: waitgroup, or the first." placeholder:"NAME"`
	After      string        `help:"The candidate, which decides the exit code. Default: reference, or the last." placeholder:"NAME"`
	Executors  string        `help:"More executors to run, comma separated. Default: all." placeholder:"A,B"`
	Scenarios  string        `help:"Scenarios to run, by name or glob, comma separated. Default: all." placeholder:"A,B*"`
	Streams    bool          `help:"Run the scenarios about streams, with the executors that stream."`
	Requests   int           `help:"Requests of the accumulation scenarios." default:"100" placeholder:"N"`
	Agents     int           `help:"Agents in each of these requests." default:"5" placeholder:"N"`
	Shard      string        `help:"Run part I of N: whole scenarios, with all executors. stress merge joins the reports." placeholder:"I/N"`
	Bench      bool          `help:"Also measure the costs of each executor: allocations, leaks, and time relative to the floor."`
	Out        string        `help:"Folder of the report." default:"reports/latest" placeholder:"DIR"`
	Parallel   int           `help:"Child processes at a time. Default: six for each processor, as most of them wait." placeholder:"N"`
	RaceBinary string        `help:"This program built with -race. Scenarios with concurrent requests run in it, too." placeholder:"FILE"`
	RaceNote   string        `help:"The reason why there is no race binary, for the report." placeholder:"TEXT"`
	Timeout    time.Duration `help:"Time after which a child is killed and its stacks are kept. Default: 30s, more for loads." placeholder:"30s"`
	Open       bool          `help:"Open report.html in the browser after the run."`
}

type listArgs struct{}

type versionArgs struct{}

// reportArgs are the flags of report.
type reportArgs struct {
	colorArgs
	File   string `arg:"" help:"A report.json."`
	Format string `help:"terminal, markdown, html, json, junit, sarif or annotations (of GitHub Actions)." default:"terminal" placeholder:"FORMAT"`
}

// mergeArgs are the flags of merge.
type mergeArgs struct {
	colorArgs
	Reports []string `arg:"" help:"The folders of the shards of run or test, or their report.json files."`
	Out     string   `short:"o" help:"Folder of the joined report." default:"reports/latest" placeholder:"DIR"`
}

// diffArgs are the flags of diff.
type diffArgs struct {
	colorArgs
	Before string `arg:"" help:"A pprof profile, compressed or not."`
	After  string `arg:"" help:"Another profile of the same kind."`
	Output string `short:"o" help:"Write a page with flame graphs of both profiles and of their difference." placeholder:"FILE"`
	Type   string `help:"The sample type to compare, such as inuse_objects. Default: the one that pprof shows first." placeholder:"TYPE"`
}

// quickArgs say what gate and baseline measure where they are given no report.
type quickArgs struct {
	Executor  string        `help:"The executor to measure. Default: reference, or the last." placeholder:"NAME"`
	Scenarios string        `help:"Scenarios to run, by name or glob, comma separated. Default: the catalogue." placeholder:"A,B*"`
	Measure   string        `help:"What to measure and compare: cells, costs, times." default:"cells,costs,times" placeholder:"A,B"`
	Parallel  int           `help:"Child processes at a time. Default: six for each processor." placeholder:"N"`
	Timeout   time.Duration `help:"Time after which a child is killed." default:"30s" placeholder:"30s"`
}

// gateArgs are the flags of gate.
type gateArgs struct {
	quickArgs
	colorArgs
	Files    []string `arg:"" optional:"" name:"file" help:"A report.json to compare instead of a quick run. With -bench: two files, old and new."`
	Baseline string   `help:"The committed baseline." default:"reports/baseline.json" placeholder:"FILE"`
	benchFileArgs
	Threshold string  `help:"How much worse a time may be. Default: 12%. With -bench by unit: sec/op=10%,B/op=1%,allocs/op=0; more is better: req/s=-10%." placeholder:"T"`
	Alpha     float64 `help:"Level of the Mann-Whitney test." default:"0.01" placeholder:"P"`
	Waivers   string  `help:"File of rows that may be worse, each with ceiling, reason and expiry date." placeholder:"FILE"`
	Strict    bool    `help:"Exit with 2 also where a row is unsure or new, or where there is a warning."`
	Out       string  `short:"o" help:"Keep the report of the quick run in this file; with -calibrate, the noise. Default there: noise.json." placeholder:"FILE"`
}

// benchFileArgs are the flags of gate for outputs of go test -bench.
type benchFileArgs struct {
	Bench       bool   `help:"Compare two outputs of go test -bench: old.txt new.txt."`
	Calibrate   bool   `help:"With -bench: write how much two or more runs of the same code differ into -o, for -noise."`
	Noise       string `help:"With -bench: the least change that counts in each row, as -calibrate wrote it." placeholder:"FILE"`
	Floor       string `help:"With -bench, on two machines: the benchmark that divides the times. Default: BenchmarkFloor, or one as X/old for X/new." placeholder:"NAME"`
	SameMachine bool   `help:"With -bench: the files are of one machine, although they do not say so."`
}

// baselineArgs are the flags of baseline.
type baselineArgs struct {
	quickArgs
	Out    string `short:"o" help:"The baseline. Results of other Go versions, systems and builds in it are kept." default:"reports/baseline.json" placeholder:"FILE"`
	Report string `arg:"" optional:"" help:"A report.json to take the rows from instead of a quick run."`
}
