package stress

// description is the text of stress -help, before the flags.
const description = `Proves whether a parallel executor leaves nothing behind.

It runs each executor against agents that hang, dawdle, fail, panic and lie, each case in a child process of its own,
measures what remains afterwards (goroutines, heap, descriptors), judges that against a written contract of ten clauses,
and compares a "before" with an "after". The claims of the case and a projection are computed from the same run.

Examples:

    stress                                   everything, in about a minute
    stress -scenarios 'partial*,cancel*'     some rows of the matrix
    stress -before reference -after errgroup the other way round
    stress -requests 10000                   50,000 hanging agents
    stress report reports/latest/report.json the last result again
    stress gate -baseline FILE               a quick run against a committed baseline
    stress gate -bench old.txt new.txt       the same for the output of go test -bench
    stress run -open                         everything, and the page in the browser
    stress diff A.pb.gz B.pb.gz -o x.html    two profiles of any program compared
    go tool pprof -top FILE.pb.gz            one of its profiles

Exit codes:

    0  the candidate (-after) keeps every clause that was put to the test, or is as good as the baseline
    1  it does not, or is worse
    2  wrong usage, or the harness could not look

Output: results on standard output, progress on standard error, and report.html, report.md, report.json, junit.xml, report.sarif and profiles/ in -out.
Flags may be written -flag or --flag.`

// Help is shown by stress run -help.
func (runArgs) Help() string {
	return `Without -scenarios the whole catalogue runs, then the load cells: the accumulation scenarios (-requests x -agents
agents that ignore their context, at once and one after another), a day at 100 requests an hour on virtual time, the
limits of channel, system call and socket, and the real client's memory. With -scenarios only the scenarios named run,
among them by name the load cells that stress list shows.

Memory: a stuck goroutine costs a few KiB, so a million of them (-requests 200000 -agents 5) need 16 GiB.`
}

// Help is shown by stress report -help.
func (reportArgs) Help() string {
	return `The exit code is that of the stored run. A file that is cut short, or was written by something else, is refused.`
}

// Help is shown by stress gate -help.
func (gateArgs) Help() string {
	return `Without a report it runs the catalogue with one executor (-executor), and measures what requests cost whose agents
answer at once. Each row is held against the row of that name in the baseline, in the set of this Go (minor version),
system, architecture and build (-race or not):

    verdicts, goroutines and descriptors left, allocations, bytes retained   exactly, or nearly so; always block
    time   as a ratio to the floor (a WaitGroup.Go for each agent) measured in turns with it: worse by a Mann-Whitney
           test at -alpha and by more than -threshold and than the noise of the run itself, twice

On a machine other than the baseline's the threshold of time is 60% at least. Rows that are missing or new are named.

Exit codes: 0 as good as the baseline; 1 worse, or an expired waiver; 2 wrong usage, a row that is missing or could not
be looked at, no rows of this kind of build; with -strict also a row that is unsure or new, and any warning.

Waivers (-waivers FILE):

    {"schema": "watertight.waivers/1", "waivers": [
      {"row": "reference/agents=5/allocs", "ceiling": 14, "reason": "why", "expires": "2026-12-31"}]}

With -bench, -threshold is by unit, as 'sec/op=5%,B/op=0,allocs/op=0': a slowdown of sec/op by more than 5% is worse if
10 or more samples on each side (go test -count=10) say so. A percentage of whole units is rounded up to a whole one.`
}

// Help is shown by stress baseline -help.
func (baselineArgs) Help() string {
	return `Writes the baseline as JSON, one row a line, and beside it a .txt in the Go benchmark format, for benchstat. Measure it on
a quiet machine, once with each Go that is gated, and commit both.`
}

// Help is shown by stress diff -help.
func (diffArgs) Help() string {
	return `Profiles as runtime/pprof or net/http/pprof write them: goroutine, heap, allocs, CPU, mutex, block, of any Go program. Functions
are matched by name, so the two may come from different builds. Exit codes: 0 compared, 2 a file is no whole profile or the
kinds differ.`
}
