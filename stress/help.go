package stress

// description is the text of stress -help before the flags. No line of a help
// screen is longer than 100 columns.
const description = `Tests whether parallel executors leave anything behind.

It runs each executor with agents that hang, ignore their context, fail, panic or answer late, each
scenario in a child process. Afterwards it measures what is left (goroutines, heap, descriptors),
judges it by a written contract of ten clauses, and compares an executor "before" with one "after".

Examples:

    stress                                   everything, in about a minute
    stress -scenarios 'partial*,cancel*'     some scenarios
    stress -before reference -after errgroup the other way round
    stress -requests 10000                   50,000 hanging agents
    stress run -open                         everything, then the page in the browser
    stress report reports/latest/report.json the last result again
    stress gate -baseline FILE               a quick run, compared with a committed baseline
    stress gate -bench old.txt new.txt       two outputs of go test -bench, compared
    stress attach http://localhost:6060      a running service: what leaks, how fast, what is proven
    stress service -package ./cmd/server     a service under load while its upstream hangs
    stress upstream -schedule ok:10s,hang    an upstream that is well for 10 s and then hangs
    stress bench -before main ./...          the benchmarks of two versions, in turns
    stress diff A.pb.gz B.pb.gz -o x.html    two profiles of any program, compared
    go tool pprof -top FILE.pb.gz            one of the profiles of a run

Exit codes:

    0  the candidate (-after) keeps every clause that was tested, or is as good as the baseline
    1  it breaks a clause, or is worse than the baseline
    2  wrong usage, or no answer: something could not be judged, measured or written

Results go to standard output, progress to standard error. The folder -out gets report.html,
report.md, report.json, junit.xml, report.sarif and profiles/. Flags are written -flag or --flag.`

// Help is shown by stress run -help.
func (runArgs) Help() string {
	return `Without -scenarios all run: the catalogue, then the loads. The loads are accumulation (-requests times
-agents agents that ignore their context, in open loop and one after another), a day at 100 requests
an hour on virtual time, agents that block until a limit of the process is reached, and the memory of
the real client. stress list shows all names.

Memory: a stuck goroutine costs a few KiB. A million of them (-requests 200000 -agents 5) need 16 GiB.`
}

// Help is shown by stress report -help.
func (reportArgs) Help() string {
	return `The exit code is that of the stored run. A file that is cut short, or that another program wrote, is
refused.`
}

// Help is shown by stress gate -help.
func (gateArgs) Help() string {
	return `Without a report, one executor (-executor) runs through the catalogue, and the costs of requests are
measured whose agents answer at once. Each row is compared with the row of that name in the baseline,
in the set of this Go (minor version), system, architecture and build (-race or not):

    verdicts, goroutines and descriptors left, allocations, bytes retained
           exactly, or nearly so; a worse one always fails
    time   as a ratio to the floor (one WaitGroup.Go for each agent), measured in turns with it.
           Worse: by the Mann-Whitney test at -alpha, and by more than -threshold, in two batches; by
           more than twice the noise of the run where that is above -threshold

On a machine other than the baseline's the threshold of time is at least 60%. Missing and new rows are
named.

Exit codes:

    0  as good as the baseline
    1  worse, or an expired waiver
    2  wrong usage; a row that is missing or could not be judged; no rows of this kind of build;
       with -strict also a row that is unsure or new, and any warning

Waivers (-waivers FILE):

    {"schema": "watertight.waivers/1", "waivers": [
     {"row": "reference/agents=5/allocs", "ceiling": 14, "reason": "why", "expires": "2026-12-31"}]}

With -bench, -threshold is by unit, such as 'sec/op=5%,B/op=0,req/s=-10%,widgets/op=ignore': more than 5%
slower is worse if 10 or more samples on each side (go test -count=10) show it. With a minus more is
better. A percentage of whole units is rounded up to a whole one. Counts that chance moves between two
values are no regression. A unit of which no row could be judged is exit code 2. Times of two machines
are compared only as parts of a floor: BenchmarkFloor, or X/old for X/new, or -floor NAME.

    stress gate -bench -calibrate -o noise.json a.txt b.txt c.txt   runs of the same code
    stress gate -bench -noise noise.json old.txt new.txt            no smaller change counts`
}

// Help is shown by stress bench -help.
func (benchArgs) Help() string {
	return `Builds the test binaries of both versions, nothing edited, and runs the benchmarks in turns: before,
after, after, before. A floor benchmark, the same for both, runs before each; by how much it changes, the
machine does. Then it compares as gate -bench.

    stress bench -before main ./...
    stress bench -before v1.2.0 -after v1.3.0 -bench Parse -threshold sec/op=5% ./parser

Exit codes: 0 as good; 1 worse; 2 it could not tell, or wrong usage, or a benchmark failed.`
}

// Help is shown by stress baseline -help.
func (baselineArgs) Help() string {
	return `Writes the baseline as JSON, one row a line, and beside it a .txt in the Go benchmark format, for
benchstat. Measure it on a quiet machine, once with each Go version that is gated, and commit both.`
}

// Help is shown by stress diff -help.
func (diffArgs) Help() string {
	return `Profiles as runtime/pprof or net/http/pprof write them, of any Go program: goroutine, heap, allocs,
CPU, mutex, block. Functions are matched by name, so the two may come from different builds.

Exit codes: 0 compared; 2 a file is no whole profile, or the kinds differ.`
}

// Help is shown by stress attach -help.
func (attachArgs) Help() string {
	return `Watches services through net/http/pprof, at 1% of one processor at most, and changes nothing in them.
A place is suspected after one inspection and a leak after two in a row, at half of the time and at
the end. Where goroutines rise, a leak profile and an execution trace of 5s are asked for at the end.

    stress attach http://localhost:6060 -metrics http://localhost:6060/metrics
    stress attach -prometheus http://localhost:9090 -for 16m
    stress attach -k8s shop/app=cart:6060
    stress attach profiles/

Exit codes:

    0  nothing leaks, or it is accepted
    1  something leaks, or is proven to be stuck
    2  wrong usage; something is suspected, or could not be told`
}

// Help is shown by stress service -help.
func (serviceArgs) Help() string {
	return `Runs a service while its upstream misbehaves, one version or two, and counts what requests leave: after
the load, while the upstream still hangs, and for good, after it answers again. A healthy warm-up fills
pools and caches, and what grows only in the first round is no leak. Nothing in the service is changed:
a -package is built so that it serves net/http/pprof on a socket of its own.

    stress service -package ./cmd/server -before main -url /ask -env UPSTREAM_URL={upstream}
    stress service -package ./old -package ./new -url /ask -args '-listen {addr}' -ready /healthz
    stress service -command './server -port {port}' -pprof http://{addr}/debug/pprof -url /ask

The service gets ADDR, PORT, UPSTREAM_URL and OPENAI_BASE_URL in its environment, beside what -env says.

Exit codes:

    0  the version after (or the only one) leaves nothing, survives and answers
    1  it leaks, ends, or no longer answers
    2  wrong usage; it could not be built, started or judged`
}

// Help is shown by stress upstream -help.
func (upstreamArgs) Help() string {
	return `Listens on any path, for HTTP/1.1, unencrypted HTTP/2 and unary gRPC. Chat completions get what a model
would answer, other requests a small JSON document, or events where they ask for a stream. The address is
the first line of standard output, the counts follow after Ctrl-C. What hangs does so until then.

    stress upstream
    stress upstream -addr 127.0.0.1:9000 -schedule ok:10s,hang:60s,429:10s,sse-drip
    stress upstream -schedule drip@50ms:5s,503@2s:5s -repeat

Faults, each with or without a time of its own after an @, and any status from 400 to 599:

` + faultNames(98) + `

Exit codes: 0 after Ctrl-C; 2 wrong usage, or the address is taken.`
}
