// Package leak finds what a piece of Go code leaves behind: goroutines by
// class, with the line that created them, heap, descriptors and timers.
//
//	leak.Check(t)                                 // first line of a test, also of a parallel one
//	leak.Repeat(t, func(t testing.TB) { ... })    // what grows round by round
//	leak.VerifyTestMain(m)                        // in TestMain
//	base := leak.Take(); ...; leak.Find(ctx, base, leak.Options{})
//	leak.Rounds(ctx, func(ctx context.Context) error { ... })
//
// Check and Find look once. A goroutine that is proven to be stuck fails at once;
// others are given time to end, so that what is slow but ends is not accused.
// Repeat and Rounds run the code several times and judge slopes, and so tell
// apart what one look cannot.
//
// # Coming from goleak
//
//	defer goleak.VerifyNone(t)    leak.Check(t), as the first line; t.Parallel may follow
//	goleak.VerifyTestMain(m)      leak.VerifyTestMain(m)
//	goleak.Find()                 leak.Find(ctx, nil, leak.Options{})
//	goleak.IgnoreCurrent()        base := leak.Take(), given to Find; Check and VerifyTestMain need none
//	goleak.IgnoreTopFunction(f)   leak.Allow{Top: f, Reason: "..."} in Options.Allow
//	goleak.IgnoreAnyFunction(f)   leak.Allow{Func: f, Reason: "..."}
//	goleak.IgnoreCreatedBy(f)     leak.Allow{CreatedBy: f, Reason: "..."} (in forks of goleak)
//	goleak.Cleanup(f)             code := leak.RunTests(m); f(code), in TestMain
//
// # Limits
//
// What it cannot tell, or does at a price:
//   - "Not proven" never means clean. The proof misses goroutines whose channel
//     or lock something reachable still holds, such as a variable on the
//     caller's own stack. Without the profile "goroutineleak" (Go 1.27, or 1.26
//     with GOEXPERIMENT=goroutineleakprofile) only a nil channel and an empty
//     select are proven, and Report.Proof says so.
//   - One look cannot tell a pool that the code starts on first use from a leak,
//     the idle connections of a dropped client or database from those of a global
//     one (it excuses both), a cache that fills from heap that is lost, or
//     descriptors and timers that stay from those that are kept for the next
//     call. Repeat can. It cannot tell a cache that fills more slowly than
//     Plan.Rounds allows from a leak, nor see what leaks more seldom than in
//     every few rounds.
//   - A timer that arms itself again is seen by the goroutines that it creates
//     while nothing else runs, where one fires within Plan.Idle and none comes
//     more than a second after the one before it; else only in the heap. What
//     each round adds must be a twentieth or more of what goes on firing anyway.
//     On a machine too busy to fire on time the answer is "could not tell".
//   - Timers that fire once are given Options.Settle.Waiting after the last round
//     to do so, before heap or timers are called a leak. Those that are set for
//     later than that, and hold memory, look like a leak.
//   - A leaked ticker creates no goroutine: it is seen in the heap, over rounds,
//     or where a goroutine waits on it.
//   - Where thousands of goroutines each hold what the next one waits for, a
//     pass of the profile takes a round of marking for each. No second pass is
//     made after one of more than half a second; Options.NoProof makes none.
//   - The runtime marks proven goroutines until the next pass, which marks them
//     anew. To wake one that is marked, through a weak pointer say, can crash the
//     process. While somebody else writes the profile, a proven goroutine may be
//     reported as blocked.
//   - Attribution in parallel tests is by pprof labels and creators. A goroutine
//     that has lost its label and whose creator has ended is counted where the
//     test did not run in parallel, no other test ran, and no more than a thousand
//     goroutines were there before; else it is left to VerifyTestMain, once. One
//     that a timer creates has neither: set by one test and fired in another, it
//     counts as the other's.
//   - Goroutines that replace each other every few milliseconds are reported where
//     a test owns them, by Check and Repeat. Find and Rounds take them for
//     somebody else's, who starts one now and then.
//   - Heap, descriptors and timers belong to the whole process, and are not
//     judged by Check in a parallel test, nor where another test ran at the same
//     time. Descriptors are counted on Linux and macOS; elsewhere the report says
//     that they were not.
//   - In a testing/synctest bubble the wait is virtual time, which stands still
//     while a goroutine of the bubble runs or blocks on something outside it, and
//     the profile proves nothing there.
package leak

import "time"

// Class says how sure it is that a goroutine will never end.
type Class string

const (
	// Proven: the garbage collector, or the goroutine's own state (a nil
	// channel, an empty select), proves that nothing can ever wake it.
	Proven Class = "proven"
	// Blocked: on a channel, lock or condition that something might still wake.
	Blocked Class = "blocked"
	// Waiting: for something outside: I/O, sleep, timer, system call.
	Waiting Class = "waiting"
	// Running: runnable or running.
	Running Class = "running"
)

// Finding is a group of goroutines left behind at one place.
type Finding struct {
	Class Class `json:"class"`
	Count int   `json:"count"`
	// State is the scheduler's word, as in "chan receive" or "IO wait".
	State string `json:"state"`
	// Wait is the longest time that one of them has been blocked, as far as
	// the runtime tells: whole minutes.
	Wait time.Duration `json:"waitNs,omitempty"`
	// Function is the goroutine's top frame of interest, Entry its first function.
	Function string `json:"function"`
	Entry    string `json:"entry"`
	// CreatedBy, File and Line are the go statement that created it.
	CreatedBy string `json:"createdBy"`
	File      string `json:"file"`
	Line      int    `json:"line"`
	// Runs is the outermost function of the goroutine's that is neither the
	// standard library's nor of the package that has the go statement, with the
	// place where it stands. It is set where a library starts goroutines for
	// others, as sync.WaitGroup.Go and errgroup.Group.Go do.
	Runs     string `json:"runs,omitempty"`
	RunsFile string `json:"runsFile,omitempty"`
	RunsLine int    `json:"runsLine,omitempty"`
	// Labels are its pprof labels.
	Labels map[string]string `json:"labels,omitempty"`
	// Stack is that of one of them, as runtime.Stack prints it.
	Stack string `json:"stack,omitempty"`
}

// Report is the answer of Find.
type Report struct {
	// Findings, most goroutines first.
	Findings []Finding `json:"findings,omitempty"`
	// Goroutines is the sum of the findings' counts.
	Goroutines int `json:"goroutines"`
	// Allowed are goroutines that were left and may stay.
	Allowed []Allowed `json:"allowed,omitempty"`
	// Heap is how much more the heap and the stacks hold than at the baseline,
	// in bytes, after collection; HeapMeasured says whether that was measured.
	Heap         int64 `json:"heapBytes"`
	Stacks       int64 `json:"stackBytes"`
	HeapMeasured bool  `json:"heapLooked"`
	// Descriptors is how many more are open; DescriptorsMeasured as for Heap.
	Descriptors         int  `json:"descriptors"`
	DescriptorsMeasured bool `json:"descriptorsLooked"`
	// Settled is how long the look waited for goroutines to end.
	Settled time.Duration `json:"settledNs"`
	// Work is the part of it that was no waiting: dumps, collections, reading.
	Work time.Duration `json:"workNs"`
	// ProofStatus says in words whether proof was possible, as in "goroutineleak
	// profile" or "not proven: this Go has no leak profile".
	ProofStatus string `json:"proof"`
	// ProofTime is how long the passes of the profile took together,
	// ProofPasses how many there were.
	ProofTime   time.Duration `json:"proofNs,omitempty"`
	ProofPasses int           `json:"proofPasses,omitempty"`
	// Warnings say what could not be looked at.
	Warnings []string `json:"warnings,omitempty"`
}

// Allowed are goroutines that may stay, for one reason.
type Allowed struct {
	Reason string `json:"reason"`
	Count  int    `json:"count"`
}
