// Package leak finds what a piece of Go code leaves behind: goroutines by
// class, with the line that created them, heap and descriptors.
//
//	leak.Check(t)                        // first line of a test, also of a parallel one
//	leak.VerifyTestMain(m)               // in TestMain
//	base := leak.Take(); ...; leak.Find(ctx, base, leak.Options{})
//
// A goroutine that is proven to be stuck fails at once; others are given time
// to end, so that what is slow but ends is not accused.
//
// What it cannot tell, or does at a price:
//   - "Not proven" never means clean. The proof misses goroutines whose channel
//     or lock something reachable still holds, such as a variable on the
//     caller's own stack. Without the profile "goroutineleak" (Go 1.27, or 1.26
//     with GOEXPERIMENT=goroutineleakprofile) only a nil channel and an empty
//     select are proven, and Report.Proof says so.
//   - In one run, a pool that the code under test starts on first use looks
//     like a leak, and a cache that fills looks like retained heap.
//   - Where thousands of goroutines each hold what the next one waits for, a
//     pass of the profile takes a round of marking for each. No second pass is
//     made after one of more than a second; ProofOff makes none.
//   - The runtime marks proven goroutines for good. To wake one afterwards,
//     through a weak pointer say, can crash the process.
//   - In a testing/synctest bubble the wait is virtual time, which stands still
//     while a goroutine of the bubble runs or blocks on something outside it.
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
	// in bytes, after collection; HeapLooked says whether that was measured.
	Heap       int64 `json:"heapBytes"`
	Stacks     int64 `json:"stackBytes"`
	HeapLooked bool  `json:"heapLooked"`
	// Descriptors is how many more are open; DescriptorsLooked as for Heap.
	Descriptors       int  `json:"descriptors"`
	DescriptorsLooked bool `json:"descriptorsLooked"`
	// Settled is how long the look waited for goroutines to end.
	Settled time.Duration `json:"settledNs"`
	// Proof says in words whether proof was possible, as in "goroutineleak
	// profile" or "not proven: this Go has no leak profile".
	Proof string `json:"proof"`
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
